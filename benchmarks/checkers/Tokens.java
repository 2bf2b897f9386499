import com.sun.source.tree.*;
import com.sun.source.util.*;
import java.io.*;
import java.net.URI;
import java.nio.file.*;
import java.security.MessageDigest;
import java.util.*;
import javax.tools.*;

/**
 * Reads paths of Java files; prints each with a digest of its syntax tree, which has no comments, as javac
 * reads it. The digest is empty where that finds errors. `java Tokens.java < paths`
 */
class Tokens {
    public static void main(String[] arguments) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        for (String path : (Iterable<String>) new BufferedReader(new InputStreamReader(System.in)).lines()::iterator) {
            String text = Files.readString(Path.of(path));
            DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
            JavaFileObject file = new SimpleJavaFileObject(URI.create("memory:///A.java"), JavaFileObject.Kind.SOURCE) {
                @Override
                public CharSequence getCharContent(boolean ignore) {
                    return text;
                }
            };
            JavacTask task = (JavacTask) compiler.getTask(null, null, problems, List.of("-proc:none"), null, List.of(file));
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            new TreeScanner<Void, Void>() {
                @Override
                public Void scan(Tree tree, Void nothing) {
                    digest.update((tree == null ? "-" : own(tree)).getBytes());
                    digest.update((byte) '(');
                    super.scan(tree, nothing);
                    digest.update((byte) ')');
                    return null;
                }
            }.scan(task.parse(), null);
            boolean wrong = problems.getDiagnostics().stream().anyMatch(p -> p.getKind() == Diagnostic.Kind.ERROR);
            System.out.println(path + "\t" + (wrong ? "" : HexFormat.of().formatHex(digest.digest())));
        }
    }

    /** What a node says itself, beside its children. */
    static String own(Tree tree) {
        String kind = tree.getKind().toString();
        if (tree instanceof IdentifierTree node) return kind + node.getName();
        if (tree instanceof MemberSelectTree node) return kind + node.getIdentifier();
        if (tree instanceof LiteralTree node) return kind + node.getValue();
        if (tree instanceof VariableTree node) return kind + node.getName();
        if (tree instanceof MethodTree node) return kind + node.getName();
        if (tree instanceof ClassTree node) return kind + node.getSimpleName();
        if (tree instanceof ModifiersTree node) return kind + node.getFlags();
        if (tree instanceof PrimitiveTypeTree node) return kind + node.getPrimitiveTypeKind();
        return kind;
    }
}
