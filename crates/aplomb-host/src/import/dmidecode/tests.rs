use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::fixture::{Files, output, section};

const SERVER: &str = include_str!("server.txt");

fn hardware(text: &str) -> Value {
    let mut imported = read(text).expect("dmidecode's");
    let (id, collected) = imported.sections.remove(0);
    assert_eq!(id, "hardware");
    collected.facts.expect("facts")
}

#[test]
fn a_server_is_told_as_rules_look_at_it() {
    let mut facts = hardware(SERVER);
    let from = facts.as_object_mut().expect("an object").remove("from").expect("sources");
    assert_eq!(from["bios"], "dmidecode:7");
    assert_eq!(SERVER.lines().nth(6), Some("\tVersion: 1.9.2"));
    let supply = |id: u32, status: &str| {
        json!({"id": id, "status": status, "location": format!("PSU{id}"), "max_watts": 1400,
            "name": "PWR SPLY,1400W,RDNT,DELTA", "manufacturer": "DELL", "part": "01CW9G",
            "serial": format!("CNDED00{id}")})
    };
    assert_eq!(facts["psu"], json!([supply(1, "ok"), supply(2, "absent")]));
    assert_eq!(facts["dimms"][0]["size_mib"], 65536);
    assert_eq!(facts["dimms"].as_array().map(Vec::len), Some(3));
    assert_eq!(facts["ecc"], json!({"type": "Multi-bit ECC"}));
    assert_eq!(facts["virtual"], false);
    assert_eq!((&facts["cpu"]["count"], &facts["cpu"]["sockets"]), (&json!(64), &json!(2)));
    assert!(facts.get("sku").is_some() && facts.get("version").is_none());
}

#[test]
fn a_virtual_machine_is_told_by_its_maker_and_by_its_firmware() {
    let of = |maker: &str, bios: &str| {
        let text = format!(
            "Handle 0x0000, DMI type 0, 24 bytes\nBIOS Information\n\tCharacteristics:\n\t\t{bios}\n\n\
             Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: {maker}\n"
        );
        hardware(&text)["virtual"].clone()
    };
    assert_eq!(of("QEMU", ""), true);
    assert_eq!(of("Acme Cloud", "System is a virtual machine"), true);
    assert_eq!(of("Acme", "UEFI is supported"), false);
}

#[test]
fn other_text_is_refused() {
    for text in [
        "",
        "lshw",
        "# dmidecode 3.4\n/sys/firmware/dmi/tables/smbios_entry_point: Permission denied\n",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn a_supply_of_which_nothing_is_known_has_no_status() {
    let supply = |status: &str| {
        let text = format!(
            "Handle 0x0001, DMI type 39, 22 bytes\nSystem Power Supply\n\tStatus: {status}\n"
        );
        hardware(&text)["psu"][0].get("status").cloned()
    };
    assert_eq!(supply("Present, Unknown"), None);
    assert_eq!(supply("Present, Critical"), Some(json!("critical")));
}

#[test]
fn absurd_counts_are_not_known() {
    let processor = "Handle 0x0001, DMI type 4, 48 bytes\nProcessor Information\n\tStatus: Populated, Enabled\n\tThread Count: 18446744073709551615\n";
    let facts = hardware(&processor.repeat(2));
    assert_eq!(facts["cpu"].get("count"), None);
    assert_eq!(facts["cpu"]["sockets"], 2);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(lines in prop::collection::vec("(Handle 0x0001, DMI type (4|16|17|39)|\t(Size|Status|Type|Use): .{0,12}|\t\t.{0,6}|.{0,8})", 0..40)) {
        let _ = read(&lines.join("\n"));
    }
}

/// What the table says when it is read without dmidecode.
fn recorded(table: &[u8]) -> Value {
    let files = Files::new(&[]);
    let folder = files.path().join("sys/firmware/dmi/tables");
    std::fs::create_dir_all(&folder).expect("made");
    std::fs::write(folder.join("DMI"), table).expect("written");
    section(files.live(&[]), "hardware").0
}

#[test]
fn the_table_itself_says_the_same() {
    let table = include_bytes!("../../sections/hardware/smbios/server.bin");
    let (own, theirs) = (recorded(table), hardware(SERVER));
    for member in ["psu", "dimms", "dimm_slots", "ecc", "ipmi", "bmc_present"] {
        assert_eq!(own[member], theirs[member], "{member}");
        assert!(!own[member].is_null(), "{member}");
    }
}

/// The sample is what dmidecode prints of the table, where there is a dmidecode.
#[test]
fn the_sample_is_what_dmidecode_prints() {
    let table = include_bytes!("../../sections/hardware/smbios/server.bin");
    // An entry point of SMBIOS 3.3, 32 bytes before the table.
    let mut dump = b"_SM3_\0\x18\x03\x03\0\x01\0".to_vec();
    dump.extend(u32::try_from(table.len()).expect("a short table").to_le_bytes());
    dump.extend(0x20_u64.to_le_bytes());
    let sum = dump.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    dump[5] = sum.wrapping_neg();
    dump.resize(32, 0);
    dump.extend(table);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("dump.bin");
    std::fs::write(&file, dump).expect("written");
    let file = file.to_str().expect("UTF-8");
    let mut names = ["dmidecode", "/usr/sbin/dmidecode"].into_iter();
    let printed = names.find_map(|program| output(program, &["--from-dump", file]));
    let Some(printed) = printed else { return };
    assert_eq!(of_values(&hardware(&printed)), of_values(&hardware(SERVER)));
}

/// The facts without their places: a line more at the top moves them all.
fn of_values(facts: &Value) -> Value {
    let mut facts = facts.clone();
    facts.as_object_mut().expect("an object").remove("from");
    facts
}
