/// The protocol of a lists app: spaces that people share, categories in them, and items. A device
/// sends what it changed and a time, and is told everything that changed since.
@NullMarked
package io.reconverge.gateway.protocol.spaces;

import org.jspecify.annotations.NullMarked;
