import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * The adapter of this client for wan-mock conformance: one task on the standard input, one answer on the standard output.
 *
 * <p>javac -d classes Generate.java Adapter.java, then WAN_POLL_SECONDS=1 java -cp classes Adapter.
 */
public class Adapter {
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        Map<String, Object> task = Generate.object(Generate.Json.read(text));
        double seconds = ((Number) task.get("deadline_seconds")).doubleValue();
        Map<String, Object> request = Generate.object(task.get("request"));
        Path output = Path.of(task.get("output").toString());
        System.out.println(Generate.Json.write(Generate.generate(request, output, seconds, "", line -> { })));
    }
}
