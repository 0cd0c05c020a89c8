/** The tables that come with the page: real ones, of `examples/data`, loaded when they are looked at. */
import breastCancer from "../../../../../../examples/data/breast_cancer.csv?url";
import diabetes from "../../../../../../examples/data/diabetes.csv?url";
import digits from "../../../../../../examples/data/digits.csv?url";
import iris from "../../../../../../examples/data/iris.csv?url";
import wine from "../../../../../../examples/data/wine.csv?url";

export interface BuiltIn {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly target: string;
  readonly about: string;
}

export const tables: readonly BuiltIn[] = [
  {
    id: "iris",
    title: "Iris",
    url: iris,
    target: "species",
    about: "150 flowers of three species, by the length and width of their leaves (Fisher 1936).",
  },
  {
    id: "breast_cancer",
    title: "Breast cancer",
    url: breastCancer,
    target: "diagnosis",
    about: "569 biopsies, benign or malignant, by 30 measurements of the cells' nuclei (Wolberg 1995).",
  },
  {
    id: "diabetes",
    title: "Diabetes",
    url: diabetes,
    target: "progression",
    about: "442 patients: how far the disease had come a year later, a number (Efron 2004).",
  },
  {
    id: "wine",
    title: "Wine",
    url: wine,
    target: "cultivar",
    about: "178 wines of three growers, by 13 chemical measurements (Forina).",
  },
  {
    id: "digits",
    title: "Digits",
    url: digits,
    target: "digit",
    about: "1797 handwritten digits of 8 × 8 pixels (Alpaydin 1998).",
  },
];
