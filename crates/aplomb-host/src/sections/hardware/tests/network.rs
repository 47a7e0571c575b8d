//! Interfaces, bonds, bridges and VLANs.

use serde_json::json;

use crate::fixture::{Files, section};

const BONDING: &str = "Ethernet Channel Bonding Driver: v6.1.0\n\nBonding Mode: IEEE 802.3ad Dynamic link aggregation\n\
    MII Status: up\n\nSlave Interface: eno1\nMII Status: up\nSpeed: 25000 Mbps\nLink Failure Count: 2\n\
    details actor lacp pdu:\n    system mac address: 00:00:5e:00:53:01\ndetails partner lacp pdu:\n    \
    system mac address: 00:00:5e:00:53:f0\n\nSlave Interface: eno2\nMII Status: down\nLink Failure Count: 7\n";

#[test]
fn a_bond_tells_where_its_members_sit_and_how_they_do() {
    let files = Files::new(&[
        ("/sys/class/net/bond0/bonding/mode", "802.3ad 4\n"),
        ("/sys/class/net/bond0/bonding/mii_status", "up\n"),
        ("/sys/class/net/bond0/bonding/slaves", "eno1 eno2\n"),
        ("/sys/class/net/bond0/bonding/miimon", "100\n"),
        ("/sys/class/net/bond0/bonding/xmit_hash_policy", "layer3+4 1\n"),
        ("/sys/class/net/bond0/mtu", "9000\n"),
        ("/proc/net/bonding/bond0", BONDING),
        ("/sys/class/net/eno1/device", "-> ../../../devices/pci0000:30/0000:31:00.0"),
        ("/sys/devices/pci0000:30/0000:31:00.0/sriov_totalvfs", "64\n"),
        ("/sys/devices/pci0000:30/0000:31:00.0/sriov_numvfs", "8\n"),
        ("/sys/devices/pci0000:30/0000:31:00.0/driver", "-> ../../../bus/pci/drivers/mlx5_core"),
        ("/sys/devices/pci0000:30/0000:31:00.0/infiniband/mlx5_0/fw_ver", "16.35.2000\n"),
        ("/sys/module/mlx5_core/version", "24.10-1.1.4\n"),
        ("/sys/class/net/eno1/duplex", "full\n"),
        ("/sys/class/net/eno1/carrier", "1\n"),
        ("/sys/class/net/eno1/bonding_slave/state", "ACTIVE\n"),
        ("/sys/class/net/eno1/master", "-> ../bond0"),
        ("/sys/class/net/eno2/device", "-> ../../../devices/pci0000:30/0000:31:00.1"),
        ("/sys/devices/pci0000:30/0000:31:00.1/physfn/x", ""),
        ("/sys/class/net/eno2/duplex", "unknown\n"),
    ]);
    let (facts, _) = section(files.live(&[]), "hardware");
    assert_eq!(
        facts["bonds"],
        json!([{"name": "bond0", "mode": "802.3ad", "mii": "up", "miimon_ms": 100, "mtu": 9000,
            "hash": "layer3+4", "slaves": [
            {"if": "eno1", "mii": "up", "duplex": "full", "state": "ACTIVE", "failures": 2,
                "partner": "00:00:5e:00:53:f0", "pci": "0000:31:00.0", "card": "0000:31:00"},
            {"if": "eno2", "mii": "down", "failures": 7, "pci": "0000:31:00.1", "card": "0000:31:00"}]}])
    );
    assert_eq!(
        facts["nics"],
        json!([{"name": "eno1", "duplex": "full", "carrier": true, "driver": "mlx5_core",
            "driver_version": "24.10-1.1.4", "firmware": "16.35.2000", "pci": "0000:31:00.0",
            "master": "bond0", "sriov": {"total": 64, "enabled": 8}},
            {"name": "eno2", "pci": "0000:31:00.1", "virtual_function": true}])
    );
}

#[test]
fn bridges_and_vlans_tell_what_they_are_made_of() {
    let files = Files::new(&[
        ("/sys/class/net/br0/bridge/stp_state", "1\n"),
        ("/sys/class/net/br0/brif/eno1", "x"),
        (
            "/proc/net/vlan/config",
            "VLAN Dev name    | VLAN ID\nName-Type: VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD\neno1.10        | 10  | eno1\n",
        ),
    ]);
    let (facts, _) = section(files.live(&[]), "hardware");
    assert_eq!(facts["bridges"], json!([{"name": "br0", "ports": ["eno1"], "stp": true}]));
    assert_eq!(
        facts["vlans"],
        json!([{"from": "/proc/net/vlan/config:3", "name": "eno1.10", "id": 10, "on": "eno1"}])
    );
    assert_eq!(facts["bonds"], json!([]));
}
