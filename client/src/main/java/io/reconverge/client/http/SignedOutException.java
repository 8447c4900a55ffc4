package io.reconverge.client.http;

/// There is no token to send, or it is of somebody whose data this is not.
public final class SignedOutException extends Exception {

    public SignedOutException(String message) {
        super(message);
    }
}
