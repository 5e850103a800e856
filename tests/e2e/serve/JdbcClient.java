// Trino's JDBC driver against the query layer: what tools for databases ask. Run from its source:
//   java -cp trino-jdbc.jar JdbcClient.java PORT
// Prints a line for each answer; throws at the first error.

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

public class JdbcClient {
    public static void main(String[] arguments) throws Exception {
        for (String explicitPrepare : List.of("true", "false")) {
            Properties properties = new Properties();
            properties.setProperty("user", "jo");
            properties.setProperty("explicitPrepare", explicitPrepare);
            String url = "jdbc:trino://127.0.0.1:" + arguments[0] + "/lake/northshire";
            try (Connection connection = DriverManager.getConnection(url, properties)) {
                catalogue(connection.getMetaData());
                statements(connection);
                parameters(connection);
                cancel(connection);
                say("valid", connection.isValid(5));
            }
        }
    }

    static void say(String what, Object answer) {
        System.out.println(what + ": " + answer);
    }

    static List<String> column(ResultSet results, String name) throws SQLException {
        List<String> found = new ArrayList<>();
        while (results.next()) {
            found.add(results.getString(name));
        }
        return found;
    }

    static void catalogue(DatabaseMetaData data) throws SQLException {
        say("product", data.getDatabaseProductName());
        say("catalogs", column(data.getCatalogs(), "TABLE_CAT"));
        say("schemas", column(data.getSchemas("lake", "%"), "TABLE_SCHEM"));
        say("types of tables", column(data.getTableTypes(), "TABLE_TYPE"));
        say("tables", column(data.getTables("lake", "north%", "%", new String[] {"TABLE"}), "TABLE_NAME"));
        say("columns", column(data.getColumns("lake", "northshire", "patients", null), "COLUMN_NAME"));
        say("types of columns", column(data.getColumns("lake", "northshire", "patients", "%"), "TYPE_NAME"));
        say("numbers of types", column(data.getColumns("lake", "northshire", "patients", "%"), "DATA_TYPE"));
        say("keys", column(data.getPrimaryKeys("lake", "northshire", "patients"), "COLUMN_NAME"));
        say("procedures", column(data.getProcedures("lake", "%", "%"), "PROCEDURE_NAME"));
        say("types", column(data.getTypeInfo(), "TYPE_NAME").contains("bigint"));
    }

    static void statements(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            say("describe", column(statement.executeQuery("DESCRIBE patients"), "Column"));
            ResultSet rows = statement.executeQuery(
                    "SELECT patient_id, date_of_birth, sex FROM patients ORDER BY patient_id DESC LIMIT 1");
            rows.next();
            say("row", rows.getLong(1) + " " + rows.getDate(2) + " " + rows.getString(3));
            say("created", statement.executeUpdate("CREATE TABLE jo.made AS SELECT 1 AS a"));
            say("inserted", statement.executeUpdate("INSERT INTO jo.made VALUES 2, 3"));
            rows = statement.executeQuery("SELECT sum(a) FROM jo.made");
            rows.next();
            say("sum", rows.getLong(1));
            statement.executeUpdate("DROP TABLE jo.made");
            try {
                statement.executeQuery("SELECT nothing FROM patients");
            } catch (SQLException error) {
                say("error", error.getErrorCode());
            }
        }
    }

    static void parameters(Connection connection) throws SQLException {
        String sql = "SELECT ?, ?, ?, ?, ?, count(*) FROM patients WHERE sex = ? AND patient_id > ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, 5);
            statement.setLong(2, 9007199254740993L);
            statement.setDouble(3, 1.5);
            statement.setBoolean(4, true);
            statement.setDate(5, java.sql.Date.valueOf("2020-02-29"));
            statement.setString(6, "female");
            statement.setInt(7, 0);
            ResultSet rows = statement.executeQuery();
            rows.next();
            say("parameters", rows.getInt(1) + " " + rows.getLong(2) + " " + rows.getDouble(3) + " "
                    + rows.getBoolean(4) + " " + rows.getDate(5) + " " + rows.getLong(6));
        }
    }

    static void cancel(Connection connection) throws Exception {
        Statement statement = connection.createStatement();
        Thread thread = new Thread(() -> {
            try {
                Thread.sleep(500);
                statement.cancel();
            } catch (Exception error) {
                error.printStackTrace();
            }
        });
        thread.start();
        String events = "clinical_events";
        StringBuilder from = new StringBuilder();
        for (int index = 0; index < 40; index++) {
            from.append(index == 0 ? "" : ", ").append(events).append(" AS e").append(index);
        }
        try {
            statement.executeQuery("SELECT count(*) FROM " + from + " WHERE e0.patient_id < e1.patient_id").next();
            say("canceled", false);
        } catch (SQLException error) {
            say("canceled", true);
        }
        thread.join();
    }
}
