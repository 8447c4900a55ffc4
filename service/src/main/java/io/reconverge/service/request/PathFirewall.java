package io.reconverge.service.request;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.ProblemType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.springframework.security.web.server.firewall.ServerWebExchangeFirewall;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Which paths are looked at.
///
/// An entity's id may hold any character, a slash and a newline included, so Spring Security's own
/// firewall, which refuses such paths, would refuse entities. It guards rules that go by a path's
/// decoded text; here there are none: everything needs a token, and segments are matched before
/// they are decoded. What is refused is what could name another entity than the sender meant:
/// characters that are not ASCII, bytes that are not UTF-8, U+0000, and a bare `;`, which Spring
/// would cut off as a parameter.
final class PathFirewall implements ServerWebExchangeFirewall {

    @Override
    public Mono<ServerWebExchange> getFirewalledExchange(ServerWebExchange exchange) {
        String path = exchange.getRequest().getURI().getRawPath();
        return path == null || isSound(path)
                ? Mono.just(exchange)
                : Mono.error(
                        new ProblemException(
                                ProblemType.MALFORMED_REQUEST,
                                "The path must be percent-encoded UTF-8 without U+0000, with ; as %3B."));
    }

    static boolean isSound(String path) {
        ByteBuffer octets = ByteBuffer.allocate(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%') {
                if (i + 2 >= path.length()
                        || !HexFormat.isHexDigit(path.charAt(i + 1))
                        || !HexFormat.isHexDigit(path.charAt(i + 2))) {
                    return false;
                }
                octets.put((byte) HexFormat.fromHexDigits(path, i + 1, i + 3));
                i += 2;
            } else if (c <= ' ' || c >= 0x7F || c == ';') {
                return false;
            } else {
                octets.put((byte) c);
            }
        }
        try {
            return StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(octets.flip())
                            .toString()
                            .indexOf('\0')
                    < 0;
        } catch (CharacterCodingException notUtf8) {
            return false;
        }
    }
}
