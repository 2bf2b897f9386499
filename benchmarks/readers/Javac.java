// Named methods and constructors with a body, as javac reads them.
// Paths on standard input, JSON lines of path, name, line, kind on standard output.
// Run with `java Javac.java` of a JDK.
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

class Javac {
    public static void main(String[] arguments) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        List<String> paths = new BufferedReader(new InputStreamReader(System.in)).lines().toList();
        for (String path : paths) {
            JavacTask task = (JavacTask) compiler.getTask(
                null, files, diagnostic -> { }, List.of("-proc:none"), null, files.getJavaFileObjects(Path.of(path)));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new TreePathScanner<Void, String>() {
                    @Override
                    public Void visitClass(ClassTree type, String outer) {
                        return super.visitClass(type, type.getSimpleName().toString());
                    }

                    @Override
                    public Void visitMethod(MethodTree method, String outer) {
                        long start = positions.getStartPosition(unit, method);
                        if (method.getBody() != null && start >= 0) {
                            long end = positions.getEndPosition(unit, method.getModifiers());
                            long line = unit.getLineMap().getLineNumber(end < 0 ? start : end);
                            String name = method.getReturnType() == null ? outer : method.getName().toString();
                            System.out.printf("{\"path\": \"%s\", \"name\": \"%s\", \"line\": %d, \"kind\": \"method\"}%n",
                                path, name, line);
                        }
                        return super.visitMethod(method, outer);
                    }
                }.scan(unit, "");
            }
        }
    }
}
