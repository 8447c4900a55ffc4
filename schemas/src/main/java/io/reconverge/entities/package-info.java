/// The JSON Schemas of entity types: those that come with Reconverge and those an operator adds.
@NullMarked
package io.reconverge.entities;

import org.jspecify.annotations.NullMarked;
