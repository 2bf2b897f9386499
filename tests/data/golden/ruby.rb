#!/usr/bin/env ruby
# frozen_string_literal: true

# Copyright (c) 2024 The Harbour Authors. All rights reserved.

require "set"
require_relative '../lib/tide'
autoload :Buoy, "harbour/buoy"
load "setup.rb"
require compute("not a constant")

LIMIT = 40
ROUND = ->(metres, digits = 1) { metres.round(digits) }

# Says whether a name is proper.
PROPER = lambda do |name|
  name && !name.empty?
end

# Keeps berths.
module Harbour
  # A place to moor. Holds one ship.
  class Berth < Struct.new(:number)
    attr_reader :ship

    # Makes a berth.
    #
    # @param number [Integer] its number,
    #   counted from the quay
    # @param depth [Float, nil] metres # of water
    # @option options [Boolean] :lit whether it has a lamp
    # @raise [ArgumentError] if the number is negative
    def initialize(number, depth = nil, *rest, lit:, colour: "red # not a comment", **options, &block)
      raise ArgumentError, "negative" if number < 0 || depth.to_f < 0

      super(number)
      @ship = block&.call(rest) # the ship
    end

    # Moors a ship.
    #
    # @param [Ship] ship the ship
    # @return [Berth] itself
    # @example Mooring
    #   berth.moor(ship)
    # @deprecated Use {#tie} instead.
    # @see https://example.org
    def moor(ship)
      raise Errors::Full.new("no room") unless free?
      raise "too deep" if ship.draught > LIMIT and ship.laden
      @ship ||= ship
      Logger.new($stderr).info("moored")
      self
    rescue IOError, SystemCallError => error
      retry if (tries += 1) < 3
      raise error
    ensure
      # A remark inside.
      notify(:moored) { |who| Mail::Letter.new(who).deliver! }
    end

    def free? = @ship.nil?

    # Sets the colour.
    def colour=(value)
      @colour = value
    end

    # Compares by number.
    def <=>(other) = number <=> other.number

    def [](index); end

    def -@
    end

    # How many there are.
    def self.count
      @count || 0
    end

    class << self
      # Builds one.
      def build(...) = new(...)

      attr_writer :count
    end

    # Frees it.
    private def free!
      @ship = nil
    end

    # Remembers its answer.
    private memoize def costly((first, second), *)
      [first, second].each_slice(2) { _1 }
    end

    private_class_method def self.hidden(**nil); end

    # Asks politely.
    sig { params(name: String).returns(String) }
    # rubocop:disable Naming/MethodName
    def askName(name)
      case name
      when "a", "b" then 1
      when /c/ then 2
      else 3
      end
      case [name]
      in [String => text] if text.size > 3 then text
      in {x:} then x
      end
    end

    # Made by hand.
    define_method(:tie) do |rope, knots: 2|
      knots.times { rope.knot }
    end

    define_method "un tie", ->(rope) { rope.cut }

    define_method("#{prefix}_all") { nil }

    alias release free!
  end

  # Comes apart by a blank line.

  def apart(first, key:); end

=begin
Waits for the tide.

@param hours [Numeric] how long
=end
  def self.wait(hours)
    while hours > 0
      hours -= 1
      next unless tide?
      break
    end
    value = fetch(:tide) rescue nil
    value.nil? ? :low : value&.level
  end

  #############
  # Boxed in.
  #############
  def boxed(a, *b, c); end

  #------------------------------

  def ruled; end

  # :nodoc:
  def undocumented() end

  Error = Class.new(StandardError) do
    # Says what is wrong.
    def message = "wrong"
  end

  # A point on the chart.
  Point = Struct.new(:x, :y) do
    def distance(other)
      helper = ->(a, b) { Math.hypot(a, b) }
      helper.call(x - other.x, y - other.y)
    end
  end

  refine String do
    def shout = upcase
  end

  class Fleet::Ship
    def größe = 1

    # Outer.
    def outer
      # Inner.
      def inner
        yield 1
      end
      inner { puts "in" }
    end
  end
end

class Legacy
  # The old way.
  def Legacy.create(*)
    new
  end
end

Harbour::Berth.class_eval do
  def patched; LIMIT; end
end

berth = Object.new
# Only of this one.
def berth.sing
  <<~TEXT
    def not_a_method
    # not a comment
  TEXT
end

# On top.
def test_top(a, b = {}) # trailing
  a or b
  until a
    a = not(b)
  end
end

__END__
# Not code.
def nope; end
