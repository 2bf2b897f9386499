#!/usr/bin/env lua
-- Copyright 2024 The Harbour Authors. All rights reserved.

--- Keeps berths.
-- @module harbour

local tides = require "harbour.tides"
local lfs = require("lfs")
dofile("setup.lua")

local M, LIMIT = {}, 40
VERSION = "1.0 -- not a comment"

--- Makes a berth.
-- The number is counted from the quay.
-- @tparam number number its number
-- @param[opt] name the name,
--   on two lines
-- @treturn Berth the berth
-- @raise when the number is negative
function M.new(number, name, ...)
  if number < 0 or not name then
    error("negative")
  elseif name == "" and number > LIMIT then
    error({ code = 1 })
  end
  local self = setmetatable({}, { __index = function(t, key) return rawget(t, key) end })
  -- A remark inside.
  function self.inner(a) return a:close() end
  return self
end

---@param ship Ship the ship
---@return boolean moored
---@deprecated use tie
function M:moor(ship)
  for i = 1, 10 do ship.ropes[i]:pull{ hard = true } end
  for _, rope in ipairs(ship.ropes) do print(rope) end
  while self:waiting() do coroutine.yield() end
  repeat local done = pcall(step) until done
  return tides.level(ship) or self.level "low"
end

-- A plain remark.
local function helper(a) return function(b) return a + b end end

----------------------------------------
-- Ruled above.
-- @param x a number
----------------------------------------
local function ruled(x) end

----------------------------------------
-- Section
----------------------------------------

function section() end

--- Comes apart by a blank line.

function apart() end

--[[--
Waits for the tide.

@param hours how long
]]
function M.tides.wait(hours) end

--[==[ A plain block
of lines. ]==]
M.plain = function(a, b) return a end

--- Quoted.
M["with space"] = function() end

-- Something else.
--- Documented after a plain line.
local double = function(x) return x * 2 end

local first, second = function(a) end, function(b) end

--- @type fun(a: number)
local fallback = M.plain or function(a) end

---@diagnostic disable-next-line: unused-local
local function silenced(a) end

--- Handlers of events.
local handlers = {
  --- On click.
  -- @param event the event
  click = function(event)
    return event
  end,
  ["key press"] = function(self, key) end, -- trailing
  deep = {
    er = function() goto out ::out:: end,
  },
  [1] = function() end,
  function() end,
}

M.sub.table = { f = function() end }

table.sort(handlers, function(a, b) return a < b end)

local text = [[
function nope() end
-- not a comment
]]

function test_top() local größe <const> = 1 return größe end

return {
  --- Opens.
  open = function(path) return io.open(path) end,
  close = helper,
}
