package io.reconverge.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/// How Reconverge reads and writes its own records. What a client sent is read by [StrictJson].
public final class WireJson {

    /// What [StrictJson] took comes back from PostgreSQL with its numbers written out, so that
    /// `1e400` has 401 digits; and the length of names and strings has been bounded with the whole.
    private static final StreamReadConstraints STORED =
            StreamReadConstraints.builder()
                    .maxNumberLength(
                            Numerals.DIGITS_BEFORE_POINT_MAX + Numerals.DIGITS_AFTER_POINT_MAX + 2)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build();

    /// Numbers keep the digits they came with, absent values are left out, and members that a later
    /// version added are passed over, so that services can be upgraded one by one.
    public static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
                                    .streamReadConstraints(STORED)
                                    .build())
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .changeDefaultPropertyInclusion(
                            inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .build();

    private WireJson() {}
}
