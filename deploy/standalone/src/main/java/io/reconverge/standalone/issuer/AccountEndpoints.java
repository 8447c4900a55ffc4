package io.reconverge.standalone.issuer;

import io.reconverge.standalone.issuer.AccountRequest.Refused;
import io.reconverge.standalone.issuer.Accounts.Account;
import io.reconverge.standalone.issuer.Accounts.Registration;
import io.reconverge.wire.WireJson;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/// Registration and login with an e-mail address and a password, as the lists app asks for them.
///
/// Answers `{"success": true, "token": "…", "user": {"id", "email", "name"}}`, or `{"success":
/// false, "message": "…"}`.
final class AccountEndpoints {

    /// Set by the gateway, which is the only one to reach this issuer from elsewhere.
    private static final String CLIENT_ADDRESS = "X-Client-Address";

    private final Accounts accounts;
    private final AccountTokens tokens;
    private final Attempts ofAddress;
    private final Attempts ofAccount;

    AccountEndpoints(Accounts accounts, AccountTokens tokens, IssuerSettings settings) {
        this.accounts = accounts;
        this.tokens = tokens;
        this.ofAddress = new Attempts(settings.addressAttempts());
        this.ofAccount = new Attempts(settings.accountAttempts());
    }

    RouterFunction<ServerResponse> routes() {
        return RouterFunctions.route()
                .POST("/api/auth/register", this::register)
                .POST("/api/auth/login", this::login)
                .route(
                        request -> request.path().startsWith("/api/"),
                        request -> refusal(HttpStatus.NOT_FOUND, "Route not found"))
                .build();
    }

    /// What is done once a request is read and may be tried.
    private interface Attempt {
        ServerResponse answer(AccountRequest asked);
    }

    private interface Reader {
        AccountRequest read(byte[] body) throws Refused;
    }

    private ServerResponse register(ServerRequest request) throws IOException {
        return attempt(
                request,
                AccountRequest::registration,
                asked ->
                        switch (accounts.register(
                                asked.email(), String.valueOf(asked.name()), asked.password())) {
                            case Registration.Done done ->
                                    welcome(HttpStatus.CREATED, done.account());
                            case Registration.Taken taken ->
                                    refusal(HttpStatus.BAD_REQUEST, "User already exists");
                            case Registration.Full full ->
                                    refusal(
                                            HttpStatus.SERVICE_UNAVAILABLE,
                                            "There are as many users as there may be");
                        });
    }

    private ServerResponse login(ServerRequest request) throws IOException {
        return attempt(
                request,
                AccountRequest::login,
                asked ->
                        accounts.login(asked.email(), asked.password())
                                .map(account -> welcome(HttpStatus.OK, account))
                                .orElseGet(() ->
                                        refusal(HttpStatus.UNAUTHORIZED, "Invalid credentials")));
    }

    private ServerResponse attempt(ServerRequest request, Reader reader, Attempt attempt)
            throws IOException {
        Optional<Duration> wait = ofAddress.count(addressOf(request.servletRequest()));
        if (wait.isPresent()) {
            return tooMany(wait.get());
        }
        byte[] body =
                request.servletRequest()
                        .getInputStream()
                        .readNBytes(AccountRequest.BODY_MAX_BYTES + 1);
        if (body.length > AccountRequest.BODY_MAX_BYTES) {
            return refusal(HttpStatus.CONTENT_TOO_LARGE, "The body is too large");
        }
        AccountRequest asked;
        try {
            asked = reader.read(body);
        } catch (Refused refused) {
            return refusal(HttpStatus.BAD_REQUEST, refused.why());
        }
        wait = ofAccount.count(Accounts.normal(asked.email()));
        return wait.isPresent() ? tooMany(wait.get()) : attempt.answer(asked);
    }

    private static String addressOf(HttpServletRequest request) {
        String address = request.getHeader(CLIENT_ADDRESS);
        return address == null ? request.getRemoteAddr() : address;
    }

    private ServerResponse welcome(HttpStatus status, Account account) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("success", true);
        answer.put("token", tokens.of(account));
        Map<String, Object> user = new LinkedHashMap<>();
        user.put("id", account.id());
        user.put("email", account.email());
        user.put("name", account.name());
        answer.put("user", user);
        return json(status, answer);
    }

    private static ServerResponse tooMany(Duration wait) {
        String seconds = Long.toString(Math.max(1, Math.ceilDiv(wait.toMillis(), 1_000)));
        return ServerResponse.status(HttpStatus.TOO_MANY_REQUESTS)
                .header(HttpHeaders.RETRY_AFTER, seconds)
                .contentType(MediaType.APPLICATION_JSON)
                .body(bytes(refusal("Too many attempts, try again later")));
    }

    private static ServerResponse refusal(HttpStatus status, String message) {
        return json(status, refusal(message));
    }

    private static Map<String, Object> refusal(String message) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("success", false);
        answer.put("message", message);
        return answer;
    }

    private static ServerResponse json(HttpStatus status, Map<String, Object> answer) {
        return ServerResponse.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(bytes(answer));
    }

    private static byte[] bytes(Map<String, Object> answer) {
        return WireJson.MAPPER.writeValueAsBytes(answer);
    }
}
