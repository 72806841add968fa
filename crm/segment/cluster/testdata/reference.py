"""Makes reference.json: k-means, silhouettes and adjusted Rand indices of
scikit-learn 1.2.1 on recency, frequency and value of the CDNOW sample.

    python3 testdata/reference.py $GUANXI_REFERENCE/data/purchases/cdnow_sample_transactions.csv > testdata/reference.json

Only these figures are kept here, not the data. As of 1998-07-01; whole days;
amounts in cents. Inertia is the least of 300 starts."""
import csv, datetime, json, sys
import numpy as np
from decimal import Decimal
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import StandardScaler

customers = {}
for row in csv.DictReader(open(sys.argv[1])):
    c = customers.setdefault(int(row["customer"]), [datetime.date.min, 0, 0])
    c[0] = max(c[0], datetime.date.fromisoformat(row["date"]))
    c[1] += 1
    c[2] += int(Decimal(row["amount"]) * 100)
asof = datetime.date(1998, 7, 1)
X = np.array([[(asof - c[0]).days, c[1], c[2]] for _, c in sorted(customers.items())], float)
scaler = StandardScaler().fit(X)
Z = scaler.transform(X)
out = {"rows": len(X), "mean": scaler.mean_.tolist(), "sd": scaler.scale_.tolist(), "fits": []}
labels = {}
for k in range(2, 7):
    km = KMeans(k, n_init=300, tol=0, max_iter=1000, random_state=1).fit(Z)
    labels[k] = km.labels_
    out["fits"].append({"k": k, "inertia": km.inertia_, "silhouette": silhouette_score(Z, km.labels_),
                        "sizes": sorted(np.bincount(km.labels_).tolist()),
                        "rand_with_2": adjusted_rand_score(labels[2], km.labels_)})
json.dump(out, sys.stdout, indent=1)
