<?php
// Runs PHP programs one after the other, each in a process of its own, and prints a verdict a line.
$seconds = max(1, (int) ceil(3 * (float) $argv[1])); // wall clock: PHP has no timer of CPU time before 8.3
foreach (explode("\x1e", file_get_contents("programs")) as $number => $program) {
    $process = pcntl_fork();
    if ($process === 0) {
        fclose(STDERR);
        ob_start(fn ($text) => "");
        pcntl_alarm($seconds);
        set_error_handler(function ($level, $message) {
            if (str_contains($message, "Undefined variable") || str_contains($message, "Undefined constant")) {
                exit(2);
            }
            return true;
        });
        $file = "program$number.php";
        file_put_contents($file, $program);
        try {
            include $file;
        } catch (ParseError $error) {
            exit(2);
        } catch (TypeError $error) {
            exit(2);
        } catch (Throwable $error) {
            exit(str_contains($error->getMessage(), "undefined function") ? 2 : 1);
        }
        exit(0);
    }
    pcntl_waitpid($process, $status);
    @unlink("program$number.php");
    if (pcntl_wifsignaled($status)) {
        $verdict = pcntl_wtermsig($status) === SIGALRM ? "slow" : "failed";
    } else {
        $verdict = [0 => "passed", 2 => "broken"][pcntl_wexitstatus($status)] ?? "failed";
    }
    fwrite(STDOUT, "$verdict\n");
}
