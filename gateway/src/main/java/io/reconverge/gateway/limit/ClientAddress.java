package io.reconverge.gateway.limit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Where a request comes from, as limits count it.
public final class ClientAddress {

    private static final int NETWORK_BYTES = 8;

    private ClientAddress() {}

    /// Who has an IPv6 address has 2^64 of them.
    public static String of(@Nullable InetSocketAddress remote) {
        if (remote == null) {
            return "unknown";
        }
        InetAddress address = remote.getAddress();
        if (address == null) {
            try {
                address = InetAddress.ofLiteral(remote.getHostString());
            } catch (IllegalArgumentException name) {
                return remote.getHostString();
            }
        }
        return address instanceof Inet6Address
                ? networkOf(address.getAddress())
                : address.getHostAddress();
    }

    private static String networkOf(byte[] address) {
        Arrays.fill(address, NETWORK_BYTES, address.length, (byte) 0);
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException wrongLength) {
            throw new AssertionError(wrongLength);
        }
    }
}
