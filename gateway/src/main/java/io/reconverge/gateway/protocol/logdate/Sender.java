package io.reconverge.gateway.protocol.logdate;

/// Who sends a request, and when it came.
///
/// @param deviceId of a header, empty for none
/// @param now epoch milliseconds
record Sender(String subject, String deviceId, long now) {}
