package io.reconverge.gateway.protocol.logdate;

import static io.reconverge.service.problem.ProblemException.malformed;

import io.reconverge.wire.WireJson;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.codec.multipart.FilePartEvent;
import org.springframework.http.codec.multipart.FormPartEvent;
import org.springframework.http.codec.multipart.PartEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import tools.jackson.databind.node.ObjectNode;

/// A medium within a form, as it comes in: the fields `contentId`, `fileName`, `mimeType`,
/// `sizeBytes` and `deviceId`, and then the file `data`. Once its first bytes are there, the fields
/// are known.
final class FormMedia {

    private static final String FILE = "data";
    private static final String SIZE = "sizeBytes";
    private static final Pattern SIZE_FORM = Pattern.compile("[0-9]{1,16}");

    private static final Set<String> FIELDS =
            Set.of("contentId", "fileName", "mimeType", SIZE, "deviceId");

    /// More than all of them may have together, each within its own bound.
    private static final int FIELDS_MAX_LENGTH = 4 * 1024;

    private final ObjectNode fields = WireJson.MAPPER.createObjectNode();
    private @Nullable FilePartEvent file;
    private boolean ended;
    private int length;

    /// The bytes of the file, at least one buffer of them, if an empty one.
    Flux<DataBuffer> bytes(Flux<PartEvent> events) {
        return events.handle(this::next);
    }

    private void next(PartEvent event, SynchronousSink<DataBuffer> sink) {
        switch (event) {
            case FormPartEvent field when file == null && isFree(field.name()) -> {
                length += field.value().length();
                if (length > FIELDS_MAX_LENGTH) {
                    sink.error(
                            malformed(
                                    "The fields of the form may have "
                                            + FIELDS_MAX_LENGTH
                                            + " characters together."));
                } else if (field.name().equals(SIZE)
                        && SIZE_FORM.matcher(field.value()).matches()) {
                    fields.put(SIZE, Long.parseLong(field.value()));
                } else {
                    fields.put(field.name(), field.value());
                }
            }
            case FilePartEvent part when part.name().equals(FILE) && !ended -> {
                if (file == null) {
                    file = part;
                }
                ended = part.isLast();
                sink.next(part.content());
            }
            default -> {
                DataBufferUtils.release(event.content());
                sink.error(
                        malformed(
                                "The form must have its fields, each once, and then one file, named data."));
            }
        }
    }

    private boolean isFree(String field) {
        return FIELDS.contains(field) && !fields.has(field);
    }

    /// @param ofHeaders the device that the headers name, empty for none
    /// @throws io.reconverge.wire.InvalidDocument with all that is wrong with the fields
    MediaUpload about(String ofHeaders) {
        FilePartEvent part = file;
        if (part != null) {
            if (!fields.has("fileName") && !part.filename().isEmpty()) {
                fields.put("fileName", part.filename());
            }
            var type = part.headers().getContentType();
            if (!fields.has("mimeType") && type != null) {
                fields.put("mimeType", type.toString());
            }
        }
        return MediaUpload.of(fields, ofHeaders);
    }
}
