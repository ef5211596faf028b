from source.data.data_loader import DataLoader


def test_load_data_stops_after_n_rows():
    assert len(DataLoader().load_data(n_rows=10)) == 10


# Example
def test_load_data_brings_50_flowers_of_each_species():
    counts = DataLoader().load_data()["species"].value_counts().to_dict()
    assert counts == {"setosa": 50, "versicolor": 50, "virginica": 50}


# End Example
