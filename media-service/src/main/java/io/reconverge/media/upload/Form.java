package io.reconverge.media.upload;

import static io.reconverge.service.problem.ProblemException.malformed;

import io.reconverge.service.problem.ProblemException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.codec.multipart.FilePartEvent;
import org.springframework.http.codec.multipart.FormPartEvent;
import org.springframework.http.codec.multipart.PartEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/// A form as it comes in: fields, and then one file. Once the first bytes of the file are there,
/// the fields are known.
final class Form {

    private static final String FILE = "file";

    private final Map<String, String> fields = new HashMap<>();
    private @Nullable FilePartEvent file;
    private boolean fileEnded;

    /// The bytes of the file, and at least one buffer of them, if an empty one.
    ///
    /// @return fails with a [ProblemException], `malformed-request`, at what should not be there
    Flux<DataBuffer> bytes(Flux<PartEvent> events) {
        return events.handle(this::next);
    }

    private void next(PartEvent event, SynchronousSink<DataBuffer> sink) {
        switch (event) {
            case FormPartEvent field when file == null -> {
                if (!field.name().equals("mediaId") && !field.name().equals("attachedTo")) {
                    sink.error(malformed("The form may not have the field " + shown(field) + "."));
                } else if (fields.put(field.name(), field.value()) != null) {
                    sink.error(malformed("The field " + shown(field) + " may be given once."));
                }
            }
            case FilePartEvent part when part.name().equals(FILE) && !fileEnded -> {
                if (file == null) {
                    file = part;
                }
                fileEnded = part.isLast();
                sink.next(part.content());
            }
            default -> {
                DataBufferUtils.release(event.content());
                sink.error(
                        malformed(
                                "The form must have the fields mediaId and attachedTo, if any, and then one file, named file."));
            }
        }
    }

    @Nullable String field(String name) {
        return fields.get(name);
    }

    /// @throws ProblemException `malformed-request` when there is none
    FilePartEvent file() {
        if (file == null) {
            throw malformed("The form has no file.");
        }
        return file;
    }

    HttpHeaders fileHeaders() {
        return file().headers();
    }

    private static String shown(PartEvent event) {
        return event.name().length() <= 40 ? event.name() : event.name().substring(0, 40) + "…";
    }
}
