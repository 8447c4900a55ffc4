package io.reconverge.media.sweep;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where an upload puts all it puts into the bucket: under `{space}/{upload}/`, as
/// `{space}/{upload}/{number}`. What a store itself leaves of an object that was never finished may
/// have more after the number.
record Folder(UUID space, UUID upload) {

    private static final String ID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";
    private static final Pattern KEY =
            Pattern.compile(ID + "/" + ID + "/[0-9]{1,10}(?:-.{1,100})?");

    /// Empty for what is not a key of ours.
    static Optional<Folder> of(String key) {
        Matcher matcher = KEY.matcher(key);
        return matcher.matches()
                ? Optional.of(
                        new Folder(
                                UUID.fromString(matcher.group(1)),
                                UUID.fromString(matcher.group(2))))
                : Optional.empty();
    }

    /// What its keys begin with.
    String begin() {
        return space + "/" + upload + "/";
    }
}
