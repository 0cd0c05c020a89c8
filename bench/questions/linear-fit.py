"""The scikit-learn side of linear-fit.ts."""

from program import Program


def scikit_learn(data):
    from sklearn.linear_model import LinearRegression

    x, y = data["x"], data["y"]
    return Program(
        start=LinearRegression,
        step=lambda model, index: model.fit(x, y),
        report=lambda model: [*model.coef_, model.intercept_],
    )


PROGRAMS = {"scikit-learn": {"scikit-learn": scikit_learn}}
