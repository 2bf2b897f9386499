# Runs Ruby programs one after the other, each in a process of its own, and prints a verdict a line.
seconds = ARGV[0].to_f
ARGV.clear
File.read("programs", encoding: "UTF-8").split("\x1e").each do |program|
  process = fork do
    Process.setrlimit(:CPU, seconds.ceil)
    [$stdout, $stderr].each { |stream| stream.reopen(File::NULL) }
    begin
      eval(program, TOPLEVEL_BINDING, "program")
    rescue SyntaxError, NameError, TypeError
      exit!(2)
    rescue Exception
      exit!(1)
    end
    exit!(0)
  end
  Process.wait(process)
  timed_out = $?.signaled? && [Signal.list["XCPU"], Signal.list["KILL"]].include?($?.termsig)
  puts timed_out ? "slow" : { 0 => "passed", 2 => "broken" }.fetch($?.exitstatus, "failed")
  $stdout.flush
end
