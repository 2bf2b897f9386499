// Compiles and runs Java programs one after the other, each with a class loader of its own, and prints a
// verdict a line. The class that is run is `Main`.
import java.io.*;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import javax.tools.*;

class Drive {
    static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

    static class Text extends SimpleJavaFileObject {
        final String text;

        Text(String text) {
            super(URI.create("string:///Program.java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreErrors) {
            return text;
        }
    }

    static class Code extends SimpleJavaFileObject {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Code(String name, Kind kind) {
            super(URI.create("memory:///" + name + ".class"), kind);
        }

        @Override
        public OutputStream openOutputStream() {
            return bytes;
        }
    }

    static class Classes extends ForwardingJavaFileManager<JavaFileManager> {
        final Map<String, Code> made = new HashMap<>();

        Classes(JavaFileManager manager) {
            super(manager);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            Code code = new Code(name, kind);
            made.put(name, code);
            return code;
        }
    }

    static class Loader extends ClassLoader {
        final Map<String, Code> made;

        Loader(Map<String, Code> made) {
            this.made = made;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            Code code = made.get(name);
            if (code == null) throw new ClassNotFoundException(name);
            byte[] bytes = code.bytes.toByteArray();
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    static String verdict(String program, StandardJavaFileManager standard, long milliseconds) throws Exception {
        Classes classes = new Classes(standard);
        List<String> options = List.of("-proc:none", "-nowarn", "-g:none");
        boolean compiled = COMPILER.getTask(
                new StringWriter(), classes, problem -> {}, options, null, List.of(new Text(program))).call();
        if (!compiled) return "broken";
        Method main = new Loader(classes.made).loadClass("Main").getDeclaredMethod("main", String[].class);
        main.setAccessible(true);
        String[] result = {"slow"};
        Thread thread = new Thread(null, () -> {
            try {
                main.invoke(null, (Object) new String[0]);
                result[0] = "passed";
            } catch (InvocationTargetException error) {
                result[0] = "failed";
            } catch (Throwable error) {
                result[0] = "failed";
            }
        }, "program", 16 << 20);
        thread.setDaemon(true);
        thread.start();
        ThreadMXBean times = ManagementFactory.getThreadMXBean();
        while (thread.isAlive() && times.getThreadCpuTime(thread.getId()) < milliseconds * 1_000_000L) {
            thread.join(50);
        }
        // A thread that does not end cannot be stopped: it goes on beside the next ones until we exit.
        return result[0];
    }

    public static void main(String[] arguments) throws Exception {
        long milliseconds = (long) (1000 * Double.parseDouble(arguments[0]));
        String programs = Files.readString(Path.of("programs"), StandardCharsets.UTF_8);
        PrintStream output = System.out;
        PrintStream quiet = new PrintStream(OutputStream.nullOutputStream());
        System.setOut(quiet);
        System.setErr(quiet);
        StandardJavaFileManager standard = COMPILER.getStandardFileManager(problem -> {}, null, null);
        for (String program : programs.split("\u001e", -1)) {
            output.println(verdict(program, standard, milliseconds));
            output.flush();
        }
        Runtime.getRuntime().halt(0);
    }
}
