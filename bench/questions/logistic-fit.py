"""The scikit-learn side of logistic-fit.ts."""

from program import Program


def scikit_learn(data):
    from sklearn.linear_model import LogisticRegression

    x, labels = data["x"], data["labels"]
    return Program(
        start=LogisticRegression,
        step=lambda model, index: model.fit(x, labels),
        report=lambda model: [*model.coef_[0], model.intercept_[0]],
    )


PROGRAMS = {"scikit-learn": {"scikit-learn": scikit_learn}}
