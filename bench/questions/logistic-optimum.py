"""The scikit-learn side of logistic-optimum.ts."""

from program import Program


def scikit_learn(data):
    from sklearn.linear_model import LogisticRegression

    x, labels = data["x"], data["labels"]
    return Program(
        start=lambda: LogisticRegression(tol=1e-6, max_iter=1000),
        step=lambda model, index: model.fit(x, labels),
        report=lambda model: [*model.coef_.ravel(), *model.intercept_],
    )


PROGRAMS = {"scikit-learn": {"scikit-learn": scikit_learn}}
