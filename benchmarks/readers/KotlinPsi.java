// Named functions, accessors and secondary constructors with a body, as Kotlin's own parser reads them.
// Paths on standard input, JSON lines of path, name, line, kind on standard output.
// Run with `java -cp kotlin-compiler.jar:… KotlinPsi.java`.
import com.intellij.openapi.util.Disposer;
import com.intellij.psi.PsiElement;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jetbrains.kotlin.cli.common.CLIConfigurationKeys;
import org.jetbrains.kotlin.cli.common.messages.MessageCollector;
import org.jetbrains.kotlin.cli.jvm.compiler.EnvironmentConfigFiles;
import org.jetbrains.kotlin.cli.jvm.compiler.KotlinCoreEnvironment;
import org.jetbrains.kotlin.config.CompilerConfiguration;
import org.jetbrains.kotlin.psi.KtNamedFunction;
import org.jetbrains.kotlin.psi.KtPropertyAccessor;
import org.jetbrains.kotlin.psi.KtPsiFactory;
import org.jetbrains.kotlin.psi.KtSecondaryConstructor;
import org.jetbrains.kotlin.psi.KtTreeVisitorVoid;

class KotlinPsi {
    public static void main(String[] arguments) throws Exception {
        CompilerConfiguration configuration = new CompilerConfiguration();
        configuration.put(CLIConfigurationKeys.MESSAGE_COLLECTOR_KEY, MessageCollector.Companion.getNONE());
        KotlinCoreEnvironment environment = KotlinCoreEnvironment.createForProduction(
            Disposer.newDisposable(), configuration, EnvironmentConfigFiles.JVM_CONFIG_FILES);
        KtPsiFactory factory = new KtPsiFactory(environment.getProject(), false);
        List<String> paths = new BufferedReader(new InputStreamReader(System.in)).lines().toList();
        for (String path : paths) {
            String text = Files.readString(Path.of(path)).replace("\uFEFF", "").replace("\r\n", "\n");
            factory.createFile(text).accept(new KtTreeVisitorVoid() {
                void give(PsiElement at, String name, String kind) {
                    long line = text.substring(0, at.getTextRange().getStartOffset()).chars().filter(c -> c == '\n').count() + 1;
                    System.out.printf("{\"path\": \"%s\", \"name\": \"%s\", \"line\": %d, \"kind\": \"%s\"}%n", path, name, line, kind);
                }

                @Override
                public void visitNamedFunction(KtNamedFunction function) {
                    if (function.getNameIdentifier() != null && function.hasBody()) {
                        give(function.getNameIdentifier(), function.getName(), "function");
                    }
                    super.visitNamedFunction(function);
                }

                @Override
                public void visitPropertyAccessor(KtPropertyAccessor accessor) {
                    if (accessor.hasBody()) {
                        give(accessor, accessor.getProperty().getName(), accessor.isGetter() ? "getter" : "setter");
                    }
                    super.visitPropertyAccessor(accessor);
                }

                @Override
                public void visitSecondaryConstructor(KtSecondaryConstructor constructor) {
                    if (constructor.hasBody()) {
                        give(constructor.getConstructorKeyword(), "constructor", "constructor");
                    }
                    super.visitSecondaryConstructor(constructor);
                }
            });
        }
        System.exit(0);
    }
}
