/// KeyFlow's sync under `/api/sync`: sessions in batches, with conflicts told and resolved;
/// progress and settings; and what changed since a time.
@NullMarked
package io.reconverge.gateway.protocol.keyflow;

import org.jspecify.annotations.NullMarked;
