"""Settings, the data folder, the embedded PostgreSQL and the way to the database. Holds no rule of a deal."""
