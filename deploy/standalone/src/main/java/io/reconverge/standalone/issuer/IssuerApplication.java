package io.reconverge.standalone.issuer;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.HttpEncodingAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.DelegatingOAuth2TokenGenerator;
import org.springframework.security.oauth2.server.authorization.token.JwtGenerator;
import org.springframework.security.oauth2.server.authorization.token.OAuth2AccessTokenGenerator;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/// OpenID Connect for development: any name is a user, and the one password is the issuer's secret.
/// And accounts with passwords of their own, for apps that know no OpenID Connect. It configures
/// only what it names here, since the class path is the services'.
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    TomcatServletWebServerAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    HttpEncodingAutoConfiguration.class,
    SecurityFilterAutoConfiguration.class
})
@EnableConfigurationProperties(IssuerSettings.class)
@EnableWebSecurity
public class IssuerApplication {

    @Bean
    KeptSecrets keptSecrets(IssuerSettings settings) {
        return KeptSecrets.in(settings.directory());
    }

    @Bean
    @Order(0)
    SecurityFilterChain accountRequests(HttpSecurity http) {
        return http.securityMatcher("/api/**")
                .csrf(csrf -> csrf.disable())
                .requestCache(cache -> cache.disable())
                .sessionManagement(
                        sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> accountRoutes(
            IssuerSettings settings, JWKSource<SecurityContext> keys) {
        return new AccountEndpoints(
                        Accounts.in(settings.directory().resolve("accounts")),
                        new AccountTokens(new NimbusJwtEncoder(keys), settings),
                        settings)
                .routes();
    }

    @Bean
    @Order(1)
    SecurityFilterChain protocol(
            HttpSecurity http, IssuerSettings settings, OAuth2TokenGenerator<?> tokens) {
        var browsers = new MediaTypeRequestMatcher(MediaType.TEXT_HTML);
        browsers.setIgnoredMediaTypes(Set.of(MediaType.ALL));
        return http.oauth2AuthorizationServer(
                        server -> {
                            http.securityMatcher(server.getEndpointsMatcher());
                            server.tokenEndpoint(token ->
                                    token.accessTokenRequestConverter(new LocalUserGrantReader())
                                            .authenticationProvider(
                                                    new LocalUserGrantProvider(tokens)));
                            server.authorizationServerMetadataEndpoint(metadata ->
                                    metadata.authorizationServerMetadataCustomizer(
                                            found -> found.claims(reachable(settings))));
                            server.oidc(oidc ->
                                    oidc.providerConfigurationEndpoint(discovery ->
                                            discovery.providerConfigurationCustomizer(
                                                    found -> found.claims(reachable(settings)))));
                        })
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
                .exceptionHandling(handling ->
                        handling.defaultAuthenticationEntryPointFor(
                                new LoginUrlAuthenticationEntryPoint("/login"), browsers))
                .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain login(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .formLogin(Customizer.withDefaults())
                .build();
    }

    @Bean
    AuthorizationServerSettings authorizationServerSettings(IssuerSettings settings) {
        return AuthorizationServerSettings.builder().issuer(settings.identifier()).build();
    }

    @Bean
    RegisteredClientRepository clients(IssuerSettings settings, KeptSecrets secrets) {
        return LocalClients.of(settings, secrets.secret());
    }

    @Bean
    OAuth2AuthorizationService authorizations() {
        return new BoundedAuthorizations();
    }

    @Bean
    UserDetailsService users(KeptSecrets secrets) {
        return name -> {
            if (!LocalUserGrantReader.isUserName(name)) {
                throw new UsernameNotFoundException("not a user name");
            }
            return new User(name, secrets.secret(), List.of());
        };
    }

    @Bean
    PasswordEncoder passwordEncoder() {
        return new RandomSecretEncoder();
    }

    @Bean
    JWKSource<SecurityContext> keys(KeptSecrets secrets) {
        return new ImmutableJWKSet<>(new JWKSet(secrets.signingKey()));
    }

    @Bean
    JwtDecoder jwtDecoder(JWKSource<SecurityContext> keys) {
        return OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
    }

    /// An access token is for the services; an ID token stays the client's.
    @Bean
    OAuth2TokenGenerator<?> tokens(JWKSource<SecurityContext> keys, IssuerSettings settings) {
        var jwts = new JwtGenerator(new NimbusJwtEncoder(keys));
        jwts.setJwtCustomizer(context -> {
            if (OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())) {
                context.getClaims().audience(List.of(settings.audience()));
            }
        });
        return new DelegatingOAuth2TokenGenerator(jwts, new OAuth2AccessTokenGenerator());
    }

    /// The identifier is no address, so the discovery documents must say where the endpoints really
    /// are.
    private static Consumer<Map<String, Object>> reachable(IssuerSettings settings) {
        return claims ->
                claims.replaceAll((name, value) ->
                        value instanceof String text && text.startsWith(settings.identifier() + "/")
                                ? settings.address()
                                        + text.substring(settings.identifier().length())
                                : value);
    }
}
