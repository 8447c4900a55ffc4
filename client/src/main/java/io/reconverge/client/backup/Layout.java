package io.reconverge.client.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.reconverge.client.media.MediaFacts;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.SpaceId;
import java.net.URLDecoder;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where things are in a backup: paths with slashes, of ASCII letters that every file system takes.
final class Layout {

    static final String MANIFEST = "manifest.json";
    static final String MEDIA = "media.json";

    private static final String JSON = ".json";
    private static final String SHARED = "spaces/";
    private static final Pattern EXTENSION = Pattern.compile("[0-9A-Za-z]{1,8}");
    private static final String DRAFTS = "drafts";

    private Layout() {}

    /// The file of a space's entities of a type.
    record Entities(String space, String type) {

        Entities {
            new EntityKey(type, "any");
        }

        String path() {
            return folder(space) + "/" + type + JSON;
        }

        /// What a path names; empty where it is none of these.
        static Optional<Entities> of(String path) {
            int slash = path.lastIndexOf('/');
            if (slash < 0 || !path.endsWith(JSON)) {
                return Optional.empty();
            }
            String folder = path.substring(0, slash);
            String type = path.substring(slash + 1, path.length() - JSON.length());
            String space =
                    folder.startsWith(SHARED) ? decoded(folder.substring(SHARED.length())) : folder;
            if (!EntityKey.TYPE.matcher(type).matches() || space.isBlank()) {
                return Optional.empty();
            }
            return Optional.of(new Entities(space, type))
                    .filter(entities -> entities.path().equals(path));
        }
    }

    private static String folder(String space) {
        return space.equals(SpaceId.ME) || space.equals(DRAFTS) ? space : SHARED + encoded(space);
    }

    private static String encoded(String name) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : name.getBytes(UTF_8)) {
            char c = (char) (octet & 0xFF);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || c == '-' || c == '_')) {
                encoded.append(c);
            } else {
                encoded.append(String.format("%%%02X", (int) c));
            }
        }
        return encoded.toString();
    }

    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return "";
        }
    }

    /// The file of a content: each once, by the name that it first comes up under.
    static String content(MediaFacts facts) {
        return "media/%s/%s.%s"
                .formatted(facts.sha256().substring(0, 2), facts.sha256(), extension(facts));
    }

    private static String extension(MediaFacts facts) {
        String name = facts.fileName() == null ? "" : facts.fileName();
        String extension = name.substring(name.lastIndexOf('.') + 1);
        return name.contains(".") && EXTENSION.matcher(extension).matches()
                ? extension.toLowerCase(Locale.ROOT)
                : "bin";
    }

    /// Whether a path is one that a content can have.
    static boolean isContent(String path, String sha256) {
        String stem = "media/%s/%s.".formatted(sha256.substring(0, 2), sha256);
        return path.startsWith(stem) && EXTENSION.matcher(path.substring(stem.length())).matches();
    }
}
