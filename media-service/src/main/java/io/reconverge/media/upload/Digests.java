package io.reconverge.media.upload;

import static io.reconverge.service.problem.ProblemException.malformed;

import io.reconverge.service.problem.ProblemException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.greenbytes.http.sfv.ByteSequenceItem;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.ParseException;
import org.greenbytes.http.sfv.Parser;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/// The SHA-256 that a sender promises: RFC 9530, sections 2 and 3. Without a content encoding,
/// which uploads may not have, both fields are of the same bytes. Other algorithms are passed over.
final class Digests {

    private static final List<String> FIELDS = List.of("Content-Digest", "Repr-Digest");
    private static final String SHA256 = "sha-256";
    private static final int SHA256_BYTES = 32;

    private Digests() {}

    /// 64 lower-case hex digits; null when none is promised.
    ///
    /// @throws ProblemException `malformed-request`
    static @Nullable String promised(HttpHeaders headers) {
        String promised = null;
        for (String field : FIELDS) {
            String one = promised(headers, field);
            if (one != null && promised != null && !one.equals(promised)) {
                throw malformed("Content-Digest and Repr-Digest differ.");
            }
            promised = one == null ? promised : one;
        }
        return promised;
    }

    private static @Nullable String promised(HttpHeaders headers, String field) {
        List<String> values = headers.getOrEmpty(field);
        if (values.isEmpty()) {
            return null;
        }
        ListElement<?> digest;
        try {
            digest = new Parser(values).parseDictionary().get().get(SHA256);
        } catch (ParseException malformed) {
            throw malformed(field + " must be like sha-256=:…:, with base64 between the colons.");
        }
        if (digest == null) {
            return null;
        }
        if (!(digest instanceof ByteSequenceItem bytes)
                || bytes.get().remaining() != SHA256_BYTES) {
            throw malformed(field + ": sha-256 must be 32 bytes in base64, between colons.");
        }
        ByteBuffer value = bytes.get().duplicate();
        byte[] octets = new byte[SHA256_BYTES];
        value.get(octets);
        return HexFormat.of().formatHex(octets);
    }
}
