"""What `downhill train` and `downhill predict` do, with pandas and scikit-learn; see train-command.ts."""

import json
import sys
from pathlib import Path

import joblib
import pandas as pd
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def train(table, target, folder):
    data = pd.read_csv(table)
    x, y = data.drop(columns=target), data[target]
    x_train, x_valid, y_train, y_valid = train_test_split(x, y, test_size=0.2, random_state=0)
    model = make_pipeline(
        make_column_transformer(
            (
                make_pipeline(SimpleImputer(strategy="mean"), StandardScaler()),
                make_column_selector(dtype_include="number"),
            ),
            (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude="number")),
        ),
        LogisticRegression(),
    )
    model.fit(x_train, y_train)

    metrics = {}
    for part, x_part, y_part in [("train", x_train, y_train), ("validation", x_valid, y_valid)]:
        probabilities = model.predict_proba(x_part)
        metrics[part] = {
            "log loss": log_loss(y_part, probabilities),
            "accuracy": accuracy_score(y_part, model.predict(x_part)),
            "majority": float(y_part.value_counts(normalize=True).max()),
        }
    print(pd.DataFrame(metrics).to_string(float_format="%.4f"))
    weights = pd.Series(model[-1].coef_[0], model[0].get_feature_names_out())
    print(weights.sort_values(key=abs, ascending=False).head(10).to_string(float_format="%+.4f"))

    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    joblib.dump(model, folder / "model.joblib")
    (folder / "model.json").write_text(json.dumps({"target": target, "metrics": metrics}, indent=2))


def predict(folder, table, out):
    model = joblib.load(Path(folder) / "model.joblib")
    data = pd.read_csv(table)
    data["prediction"] = model.predict(data)
    data.to_csv(out, index=False)


if __name__ == "__main__":
    {"train": train, "predict": predict}[sys.argv[1]](*sys.argv[2:])
