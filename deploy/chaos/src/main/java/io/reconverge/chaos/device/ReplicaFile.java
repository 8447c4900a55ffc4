package io.reconverge.chaos.device;

import io.reconverge.chaos.check.Evidence.Replica;
import io.reconverge.chaos.check.Evidence.ReplicaEntity;
import io.reconverge.chaos.check.Evidence.ReplicaSpace;
import io.reconverge.chaos.check.Json;
import io.reconverge.chaos.device.HostPlan.DevicePlan;
import io.reconverge.chaos.device.HostPlan.SpacePlan;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A device's file, read as SQLite has it and not by the library that wrote it.
final class ReplicaFile {
    private ReplicaFile() {}

    static String deviceId(DevicePlan device) {
        try (Connection connection = open(device);
                ResultSet row =
                        connection
                                .createStatement()
                                .executeQuery("select value from meta where name = 'device-id'")) {
            row.next();
            return row.getString(1);
        } catch (SQLException failure) {
            throw new IllegalStateException("cannot read the file of " + device.name(), failure);
        }
    }

    static Replica read(DevicePlan device) {
        Map<String, String> ids = new HashMap<>();
        for (SpacePlan space : device.spaces()) {
            ids.put(space.called(), space.id());
        }
        List<ReplicaSpace> spaces = new ArrayList<>();
        try (Connection connection = open(device);
                ResultSet rows =
                        connection
                                .createStatement()
                                .executeQuery(
                                        """
                                        select space_id, name, version,
                                               (select count(*) from outbox o
                                                 where o.space_id = s.space_id and o.state <> 'accepted') as waiting
                                          from space s where name <> 'drafts'
                                        """)) {
            while (rows.next()) {
                String called = rows.getString("name");
                spaces.add(
                        new ReplicaSpace(
                                ids.getOrDefault(called, called),
                                rows.getLong("version"),
                                rows.getLong("waiting"),
                                entities(connection, rows.getLong("space_id"))));
            }
            return new Replica(device.name(), device.user(), spaces);
        } catch (SQLException failure) {
            throw new IllegalStateException("cannot read the file of " + device.name(), failure);
        }
    }

    private static List<ReplicaEntity> entities(Connection connection, long space)
            throws SQLException {
        List<ReplicaEntity> entities = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement(
                        """
                        select type, id, version,
                               case when pending then local_data else data end as view
                          from entity where space_id = ?
                        """)) {
            select.setLong(1, space);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    entities.add(
                            new ReplicaEntity(
                                    rows.getString(1),
                                    rows.getString(2),
                                    rows.getLong(3),
                                    Json.parsed(rows.getString(4))));
                }
            }
        }
        return entities;
    }

    private static Connection open(DevicePlan device) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:sqlite:" + Path.of(device.folder()).resolve("replica.db"));
    }
}
