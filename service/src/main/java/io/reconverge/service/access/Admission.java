package io.reconverge.service.access;

import io.reconverge.wire.Role;
import java.util.UUID;

/// That somebody was let into a space, and as what.
///
/// @param subject the caller's `sub`
/// @param own it is the caller's own space, from which nobody can be removed
public record Admission(UUID space, String subject, Role role, boolean own) {}
