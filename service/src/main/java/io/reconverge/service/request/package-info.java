/// The id that a request carries from the gateway through Kafka to the worker and the logs.
@NullMarked
package io.reconverge.service.request;

import org.jspecify.annotations.NullMarked;
