package io.reconverge.media.download;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/// What a browser is told of a medium: what it is, whether to show it, and how to call it. Whoever
/// wrote the entity chose the words, so none of them is taken as it is.
///
/// @param type a media type, `application/octet-stream` for want of one
/// @param disposition `inline` for what runs nothing, else `attachment`; and the name, if any
record Presentation(MediaType type, ContentDisposition disposition) {

    static final int NAME_MAX = 255;

    private static final int TYPE_MAX = 255;

    /// Of images these alone are shown: others are documents that could run scripts, or unknown.
    private static final Set<String> RASTER_IMAGES =
            Set.of(
                    "apng",
                    "avif",
                    "bmp",
                    "gif",
                    "heic",
                    "heif",
                    "jpeg",
                    "jpg",
                    "jxl",
                    "pjpeg",
                    "png",
                    "tiff",
                    "vnd.microsoft.icon",
                    "webp",
                    "x-icon",
                    "x-ms-bmp");

    /// What is no part of a name, or would make it look like another: control characters,
    /// separators of lines, marks that turn the direction of writing, halves of characters.
    private static final Pattern NEVER_IN_A_NAME =
            Pattern.compile(
                    "[\\p{Cc}\\p{Cs}\\x{2028}\\x{2029}\\x{061C}\\x{200E}\\x{200F}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}\\x{FEFF}\\x{FFFD}]");

    private static final Pattern SEPARATORS = Pattern.compile("[/\\\\]");
    private static final Pattern NOTHING_BUT_DOTS = Pattern.compile("[.\\s]*");

    /// @param contentType as the entity says, null where it says nothing
    /// @param fileName likewise
    static Presentation of(@Nullable String contentType, @Nullable String fileName) {
        MediaType type = type(contentType);
        ContentDisposition.Builder disposition =
                isInert(type) ? ContentDisposition.inline() : ContentDisposition.attachment();
        @Nullable String name = name(fileName);
        if (name != null) {
            disposition.filename(name, StandardCharsets.UTF_8);
        }
        return new Presentation(type, disposition.build());
    }

    /// The same for an origin that protects itself from nothing: only what is shown has its type.
    Presentation forAnotherOrigin() {
        return disposition.isInline()
                ? this
                : new Presentation(MediaType.APPLICATION_OCTET_STREAM, disposition);
    }

    private static MediaType type(@Nullable String text) {
        if (text == null
                || text.length() > TYPE_MAX
                || !text.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            return MediaType.APPLICATION_OCTET_STREAM;
        }
        try {
            MediaType type = MediaType.parseMediaType(text);
            return type.isConcrete() ? type : MediaType.APPLICATION_OCTET_STREAM;
        } catch (InvalidMediaTypeException noType) {
            return MediaType.APPLICATION_OCTET_STREAM;
        }
    }

    private static boolean isInert(MediaType type) {
        return switch (type.getType()) {
            case "image" -> RASTER_IMAGES.contains(type.getSubtype());
            // whatever ends so is XML to a browser, and XML can run scripts
            case "audio", "video" -> !type.getSubtype().endsWith("+xml");
            default -> false;
        };
    }

    private static @Nullable String name(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String name =
                SEPARATORS.matcher(NEVER_IN_A_NAME.matcher(text).replaceAll("")).replaceAll("_");
        if (name.codePointCount(0, name.length()) > NAME_MAX) {
            name = name.substring(0, name.offsetByCodePoints(0, NAME_MAX));
        }
        name = name.strip();
        return NOTHING_BUT_DOTS.matcher(name).matches() ? null : name;
    }
}
