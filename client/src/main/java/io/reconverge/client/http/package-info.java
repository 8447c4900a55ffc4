/// The server over HTTP, as its OpenAPI document describes it.
@NullMarked
package io.reconverge.client.http;

import org.jspecify.annotations.NullMarked;
