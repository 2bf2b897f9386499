<?php
// Named functions and methods with a body, by PHP's own tokens.
// Paths on standard input, JSON lines of path, name, line, kind on standard output.

while (($path = fgets(STDIN)) !== false) {
    $path = rtrim($path, "\n");
    try {
        // With TOKEN_PARSE a method named like a keyword is a name.
        $tokens = PhpToken::tokenize(file_get_contents($path), TOKEN_PARSE);
    } catch (ParseError) {
        fwrite(STDERR, "$path: not PHP of this version\n");
        continue;
    }
    $tokens = array_values(array_filter($tokens, fn ($token) => !$token->isIgnorable()));
    foreach ($tokens as $place => $token) {
        if (!$token->is(T_FUNCTION) || $tokens[$place - 1]->is(T_USE)) {
            continue;
        }
        $at = $place + 1;
        if ($tokens[$at]->text === '&') {
            $at++;
        }
        if (!$tokens[$at]->is(T_STRING)) {
            continue;
        }
        $depth = 0;
        for ($end = $at; $depth > 0 || !in_array($tokens[$end]->text, ['{', ';'], true); $end++) {
            $depth += match ($tokens[$end]->text) { '(' => 1, ')' => -1, default => 0 };
        }
        if ($tokens[$end]->text === '{') {
            echo json_encode(
                ['path' => $path, 'name' => $tokens[$at]->text, 'line' => $tokens[$at]->line, 'kind' => 'function']
            ), "\n";
        }
    }
}
