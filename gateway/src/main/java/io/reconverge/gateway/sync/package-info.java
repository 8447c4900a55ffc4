/// Push and pull in one request: `POST /v1/spaces/{space}/sync`.
@NullMarked
package io.reconverge.gateway.sync;

import org.jspecify.annotations.NullMarked;
