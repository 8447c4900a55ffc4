/// The issuer of standalone: OpenID Connect for development, on this machine only.
@NullMarked
package io.reconverge.standalone.issuer;

import org.jspecify.annotations.NullMarked;
