use proptest::prelude::*;
use serde_json::json;

use super::*;

/// A server in the shape in which lshw B.02.19 describes one.
const SERVER: &str = r#"{
  "id" : "db01", "class" : "system", "claimed" : true, "handle" : "DMI:0100",
  "description" : "Rack Mount Chassis", "product" : "PowerEdge R650 (SKU=0A6C;ModelName=PowerEdge R650)",
  "vendor" : "Dell Inc.", "serial" : "7XK2P14", "width" : 64,
  "configuration" : { "boot" : "normal", "chassis" : "rackmount",
    "sku" : "SKU=0A6C;ModelName=PowerEdge R650", "uuid" : "4c4c4544-0058-4b10-8032-b7c04f503134" },
  "children" : [ {
    "id" : "core", "class" : "bus", "description" : "Motherboard", "product" : "0PYXKY", "vendor" : "Dell Inc.",
    "serial" : ".7XK2P14.CNFCP0018.",
    "children" : [
      { "id" : "firmware", "class" : "memory", "description" : "BIOS", "vendor" : "Dell Inc.",
        "version" : "1.9.2", "date" : "11/17/2023" },
      { "id" : "cpu:0", "class" : "processor", "product" : "Intel(R) Xeon(R) Gold 6326 CPU @ 2.90GHz",
        "vendor" : "Intel Corp.", "slot" : "CPU1", "width" : 64,
        "configuration" : { "cores" : "16", "enabledcores" : "16", "microcode" : "218104656", "threads" : "32" },
        "capabilities" : { "x86-64" : "64bits extensions (x86-64)", "nx" : "no-execute bit (NX)", "smep" : true } },
      { "id" : "cpu:1", "class" : "processor", "disabled" : true, "slot" : "CPU2" },
      { "id" : "memory", "class" : "memory", "description" : "System Memory", "units" : "bytes",
        "size" : 137438953472, "configuration" : { "errordetection" : "multi-bit-ecc" },
        "children" : [
          { "id" : "bank:0", "class" : "memory", "slot" : "A1", "size" : 68719476736, "clock" : 3200000000,
            "description" : "DIMM DDR4 Synchronous Registered (Buffered) 3200 MHz (0.3 ns)",
            "product" : "HMA84GR7DJR4N-XN", "vendor" : "Hynix", "serial" : "8A2B0" },
          { "id" : "bank:1", "class" : "memory", "description" : "[empty]", "slot" : "A2" } ] },
      { "id" : "raid", "class" : "storage", "description" : "RAID bus controller", "product" : "MegaRAID SAS39xx",
        "businfo" : "pci@0000:65:00.0", "logicalname" : "scsi0", "configuration" : { "driver" : "megaraid_sas" },
        "children" : [
          { "id" : "disk:0", "class" : "disk", "description" : "SCSI Disk", "product" : "PERC H755 Front",
            "vendor" : "DELL", "businfo" : "scsi@0:3.111.0", "logicalname" : "/dev/sda", "version" : "5.16",
            "serial" : "00d5", "size" : 479559942144 } ] },
      { "id" : "network:0", "class" : "network", "product" : "BCM57414 NetXtreme-E",
        "businfo" : "pci@0000:31:00.0", "logicalname" : "eno1", "serial" : "00:00:5e:00:53:01",
        "size" : 25000000000, "configuration" : { "driver" : "bnxt_en", "driverversion" : "6.1.0-40-amd64",
          "duplex" : "full", "firmware" : "222.0.136.0/pkg 22.21.07.80", "link" : "yes" } },
      { "id" : "network:1", "class" : "network", "businfo" : "pci@0000:31:00.1" },
      { "id" : "power:0", "class" : "power", "description" : "PWR SPLY,1400W", "capacity" : 1400 }
    ] } ] }"#;

fn hardware(text: &str) -> (Option<String>, Value) {
    let mut imported = read(text).expect("lshw's");
    let (_, collected) = imported.sections.remove(0);
    (imported.host, collected.facts.expect("facts"))
}

#[test]
fn a_server_is_told_as_rules_look_at_it() {
    let (host, mut facts) = hardware(SERVER);
    assert_eq!(host.as_deref(), Some("db01"));
    let from = facts.as_object_mut().expect("an object").remove("from").expect("sources");
    assert_eq!(from["bios"], "lshw:/children/0/children/0");
    let cpu = facts.as_object_mut().expect("an object").remove("cpu").expect("processors");
    assert_eq!(
        (&cpu["count"], &cpu["cores"], &cpu["sockets"], &cpu["arch"], &cpu["flags"]),
        (&json!(32), &json!(16), &json!(1), &json!("x86_64"), &json!(["nx", "smep", "x86-64"]))
    );
    // Power supplies are not there: lshw does not tell whether they work.
    let expected = json!({
        "vendor": "Dell Inc.", "product": "PowerEdge R650", "serial": "7XK2P14", "virtual": false,
        "uuid": "4c4c4544-0058-4b10-8032-b7c04f503134", "chassis": "rackmount",
        "sku": "SKU=0A6C;ModelName=PowerEdge R650", "board_vendor": "Dell Inc.", "board": "0PYXKY",
        "board_serial": ".7XK2P14.CNFCP0018.", "bios_vendor": "Dell Inc.", "bios": "1.9.2",
        "bios_date": "11/17/2023", "mem_mib": 131_072, "ecc": {"type": "Multi-bit ECC"},
        "dimm_slots": 2,
        "dimms": [{"slot": "A1", "size_mib": 65536, "type": "DDR4", "speed_mts": 3200,
            "manufacturer": "Hynix", "serial": "8A2B0", "part": "HMA84GR7DJR4N-XN"}],
        "controllers": [{"name": "host0", "driver": "megaraid_sas", "model": "MegaRAID SAS39xx",
            "pci": "0000:65:00.0"}],
        "disks": [{"name": "sda", "size_gib": 446, "vendor": "DELL", "model": "PERC H755 Front",
            "serial": "00d5", "firmware": "5.16"}],
        "nics": [{"name": "eno1", "mac": "00:00:5e:00:53:01", "speed": 25000, "duplex": "full",
            "carrier": true, "driver": "bnxt_en", "driver_version": "6.1.0-40-amd64",
            "firmware": "222.0.136.0/pkg 22.21.07.80", "pci": "0000:31:00.0"}],
    });
    assert_eq!(facts, expected);
}

#[test]
fn a_list_is_taken_too_and_a_hypervisor_is_seen() {
    let text = r#"[{"id": "computer", "class": "system", "children": [
        {"id": "cpu", "class": "processor", "capabilities": {"hypervisor": true}}]}]"#;
    let (host, facts) = hardware(text);
    assert_eq!((host, &facts["virtual"]), (None, &json!(true)));
    assert_eq!(facts["from"]["virtual"], "lshw:/0");
}

#[test]
fn other_text_is_refused() {
    for text in ["", "{}", "[]", "{\"class\": 1}", "{\"class\": \"power\"}", "# dmidecode 3.4"] {
        assert!(read(text).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(\\{|\\}|\\[|\\]|\"class\":|\"children\":|\"size\":|\"system\"|,|-?[0-9]{1,30}|.){0,60}") {
        let _ = read(&text);
    }

    #[test]
    fn no_sizes_make_it_panic(size in any::<u64>(), threads in "[0-9]{0,25}") {
        let text = format!(
            "[{{\"class\": \"disk\", \"logicalname\": [], \"size\": {size}}}, \
             {{\"class\": \"processor\", \"configuration\": {{\"threads\": \"{threads}\"}}}}]"
        );
        let _ = read(&text);
    }
}
