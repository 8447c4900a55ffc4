/// Protocols of apps that were there before: each a package that translates requests to the core's
/// writes and reads, and its answers back. [Core] is all that they know of Reconverge; nothing else
/// of Reconverge knows of them.
@NullMarked
package io.reconverge.gateway.protocol;

import org.jspecify.annotations.NullMarked;
