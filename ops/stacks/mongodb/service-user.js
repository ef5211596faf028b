// Makes the user that predictions are written as, with the rights that mlt uses: it may neither remove records nor see other databases.
const { readFileSync } = require("node:fs");

const secret = (name) => readFileSync(`/run/secrets/${name}`, "utf8").trim();
const { MLT_USER: user, MLT_DATABASE: database } = process.env;
const server = process.env.MLT_SERVER ?? "mongodb:27017";

const root = encodeURIComponent(secret("mongodb_root_password"));
const db = connect(`mongodb://root:${root}@${server}/${database}?authSource=admin`);

const role = "mlt_service";
const privileges = [
  {
    resource: { db: database, collection: "" },
    actions: [
      ...["find", "insert", "createCollection", "listCollections", "collStats"],
      ...["listIndexes", "createIndex", "dropIndex", "collMod"],
    ],
  },
];
if (db.getRole(role) === null) db.createRole({ role, privileges, roles: [] });
else db.updateRole(role, { privileges, roles: [] });

const account = { pwd: secret("mongodb_service_password"), roles: [{ role, db: database }] };
if (db.getUser(user) === null) db.createUser({ user, ...account });
else db.updateUser(user, account);
print(`User "${user}" may write to the database "${database}"`);
