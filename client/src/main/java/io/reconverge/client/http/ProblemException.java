package io.reconverge.client.http;

import io.reconverge.wire.Problem;
import java.io.IOException;

/// The server refused a request.
public final class ProblemException extends IOException {

    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        super(problem.status() + " " + problem.title() + " " + problem.detail());
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
