use std::path::Path;

use serde_json::{Value, json};

use crate::access::RootDirectory;
use crate::fixture::{Files, output, real_roots, section};

const WANTED: &str = "[Service]\nExecStart=/bin/x\n[Install]\nWantedBy=multi-user.target\n";
const STATIC: &str = "[Service]\nExecStart=/bin/x\n";
const LIB: &str = "/usr/lib/systemd/system";
const ETC: &str = "/etc/systemd/system";

/// Every way to be enabled, or not, that the manual knows.
fn all_ways() -> Files {
    let lib = |name: &str| format!("{LIB}/{name}");
    let etc = |name: &str| format!("{ETC}/{name}");
    let run = |name: &str| format!("/run/systemd/system/{name}");
    let to_lib = |name: &str| format!("-> {LIB}/{name}");
    let own = |text: &str| text.to_owned();
    let aliased = "[Service]\nExecStart=/bin/x\n[Install]\nAlias=also-aliased.service\n";
    let files = [
        ("/lib".to_owned(), own("-> usr/lib")),
        (lib("multi-user.target"), own("[Unit]\nDescription=x\n")),
        (lib("on.service"), own(WANTED)),
        (etc("multi-user.target.wants/on.service"), to_lib("on.service")),
        (lib("on-by-lib.service"), own(WANTED)),
        (
            etc("multi-user.target.wants/on-by-lib.service"),
            own("-> /lib/systemd/system/on-by-lib.service"),
        ),
        (lib("off.service"), own(WANTED)),
        (lib("static.service"), own(STATIC)),
        (lib("vendor.service"), own(STATIC)),
        (lib("multi-user.target.wants/vendor.service"), own("-> ../vendor.service")),
        (lib("vendor-off.service"), own(WANTED)),
        (lib("multi-user.target.wants/vendor-off.service"), own("-> ../vendor-off.service")),
        (lib("masked.service"), own(WANTED)),
        (etc("masked.service"), own("-> /dev/null")),
        (lib("masked-runtime.service"), own(WANTED)),
        (run("masked-runtime.service"), own("-> /dev/null")),
        (lib("empty.service"), String::new()),
        (lib("on-runtime.service"), own(WANTED)),
        (run("multi-user.target.wants/on-runtime.service"), to_lib("on-runtime.service")),
        (lib("real.service"), own(STATIC)),
        (lib("alias.service"), own("-> real.service")),
        (lib("aliased.service"), own(aliased)),
        (etc("also-aliased.service"), to_lib("aliased.service")),
        (lib("other-alias.service"), own(WANTED)),
        (etc("unasked.service"), to_lib("other-alias.service")),
        (lib("also.service"), own("[Service]\nExecStart=/bin/x\n[Install]\nAlso=on.service\n")),
        (lib("replaced.service"), own(WANTED)),
        (etc("replaced.service"), own(STATIC)),
        (etc("copied.service"), own(WANTED)),
        (etc("multi-user.target.wants/copied.service"), own("-> ../copied.service")),
        (own("/opt/linked.service"), own(WANTED)),
        (etc("linked.service"), own("-> /opt/linked.service")),
        (own("/opt/linked-on.service"), own(WANTED)),
        (etc("linked-on.service"), own("-> /opt/linked-on.service")),
        (etc("multi-user.target.wants/linked-on.service"), own("-> /opt/linked-on.service")),
        (own("/opt/linked-runtime.service"), own(WANTED)),
        (run("linked-runtime.service"), own("-> /opt/linked-runtime.service")),
        (
            lib("tty@.service"),
            own(
                "[Service]\nExecStart=/bin/x\n[Install]\nWantedBy=multi-user.target\nDefaultInstance=tty1\n",
            ),
        ),
        (etc("multi-user.target.wants/tty@tty1.service"), to_lib("tty@.service")),
        (lib("serial@.service"), own(WANTED)),
        (etc("multi-user.target.wants/serial@ttyS0.service"), to_lib("serial@.service")),
        (lib("unused@.service"), own(WANTED)),
        (lib("inst@.service"), own(STATIC)),
        (lib("multi-user.target.wants/inst@a.service"), own("-> ../inst@.service")),
        (lib("dropped.service"), own(STATIC)),
        (etc("dropped.service.d/install.conf"), own("[Install]\nWantedBy=multi-user.target\n")),
        (lib("reset.service"), own(WANTED)),
        (etc("reset.service.d/10.conf"), own("[Install]\nWantedBy=\n")),
        (
            lib("required.service"),
            own("[Service]\nExecStart=/bin/x\n[Install]\nRequiredBy=a.target\n"),
        ),
        (etc("a.target.requires/required.service"), to_lib("required.service")),
        (own("/run/systemd/generator/made.mount"), own("[Mount]\nWhat=/dev/x\n")),
        (own("/run/systemd/transient/passing.service"), own(STATIC)),
        (etc("link-to-lib.service"), to_lib("link-to-lib.service")),
        (lib("link-to-lib.service"), own(WANTED)),
        (
            lib("by-instance@.service"),
            own("[Service]\nExecStart=/bin/x\n[Install]\nAlias=by-%i.service\n"),
        ),
        (lib("dash-prefixed.service"), own(STATIC)),
        (lib("dash-.service.d/p.conf"), own("[Service]\nRestart=always\n")),
        (etc("dangling.service"), own("-> /usr/lib/systemd/system/nothing.service")),
        (etc("loop-a.service"), own("-> loop-b.service")),
        (etc("loop-b.service"), own("-> loop-a.service")),
    ];
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Files::new(&files)
}

fn states(root: &Path) -> Vec<(String, String)> {
    let (units, _) = section(RootDirectory::open(root).expect("it opens"), "units");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let units = units.as_array().cloned().unwrap_or_default();
    units.iter().map(|unit| (text(&unit["unit"]), text(&unit["state"]))).collect()
}

fn equal_to_systemctl(root: &Path) {
    let root_option = format!("--root={}", root.display());
    let ours = states(root);
    assert!(ours.len() > 20, "{}", root.display());
    let mut wrong = Vec::new();
    for (unit, state) in &ours {
        let Some(theirs) = output("systemctl", &[&root_option, "is-enabled", "--", unit]) else {
            return;
        };
        // Of a bad unit it says so on standard error only.
        if theirs.trim() != state && !(theirs.is_empty() && state == "bad") {
            wrong.push(format!("{unit}: {state}, by systemctl {}", theirs.trim()));
        }
    }
    let listed = output("systemctl", &[&root_option, "list-unit-files", "--no-legend", "--plain"]);
    for line in listed.unwrap_or_default().lines() {
        let name = line.split_whitespace().next().unwrap_or_default();
        let state = line.split_whitespace().nth(1).unwrap_or_default();
        if !ours.iter().any(|(unit, _)| unit == name) {
            wrong.push(format!("{name} is missing, by systemctl {state}"));
        }
    }
    assert!(wrong.is_empty(), "{}: {wrong:#?}", root.display());
}

#[test]
fn unit_states_are_those_of_systemctl() {
    equal_to_systemctl(all_ways().path());
}

#[test]
fn unit_states_of_real_roots_are_those_of_systemctl() {
    for root in real_roots().iter().filter(|root| root.join("usr/lib/systemd/system").is_dir()) {
        equal_to_systemctl(root);
    }
}

#[test]
fn every_state_has_a_unit() {
    let states = states(all_ways().path());
    let of =
        |name: &str| states.iter().find(|(unit, _)| unit == name).map(|(_, state)| state.as_str());
    for (unit, state) in [
        ("on.service", "enabled"),
        ("off.service", "disabled"),
        ("static.service", "static"),
        ("vendor-off.service", "disabled"),
        ("masked.service", "masked"),
        ("masked-runtime.service", "masked-runtime"),
        ("empty.service", "masked"),
        ("on-runtime.service", "enabled-runtime"),
        ("alias.service", "alias"),
        ("also.service", "indirect"),
        ("linked.service", "linked"),
        ("tty@.service", "enabled"),
        ("serial@.service", "indirect"),
        ("made.mount", "generated"),
        ("passing.service", "transient"),
    ] {
        assert_eq!(of(unit), Some(state), "{unit}");
    }
    for unit in ["dangling.service", "loop-a.service", "link-to-lib.service"] {
        assert_eq!(of(unit), Some("bad"), "{unit}");
    }
}

#[test]
fn a_service_is_what_its_file_and_drop_ins_say() {
    let files = Files::new(&[
        (
            "/usr/lib/systemd/system/app-api.service",
            "[Service]\nType=simple\nUser=app\nExecStart=/bin/api --token geheim\nRestart=no\n\
                Environment=DB_PASSWORD=geheim MODE=a\nProtectSystem=strict\n",
        ),
        ("/usr/lib/systemd/system/app-.service.d/10-a.conf", "[Service]\nRestart=always\n"),
        ("/etc/systemd/system/app-api.service.d/10-a.conf", "[Service]\nRestart=on-failure\n"),
        (
            "/etc/systemd/system/app-api.service.d/20-b.conf",
            "[Service]\nExecStart=\nExecStart=/bin/b\n",
        ),
        ("/etc/systemd/system/app-api.service.d/30-c.conf", "-> /dev/null"),
        ("/etc/systemd/system/bad.service", "ExecStart=/bin/x\n"),
        ("/etc/systemd/system/s.socket", "[Socket]\nListenStream=0.0.0.0:80\nListenDatagram=53\n"),
    ]);
    let (units, entry) = section(files.root(), "units");
    let expected = json!([
        {"from": "/usr/lib/systemd/system/app-api.service", "unit": "app-api.service",
            "state": "static", "restart": "on-failure", "type": "simple", "user": "app",
            "exec_start": ["/bin/b"], "environment": ["DB_PASSWORD=*** MODE=a"],
            "sandbox": {"ProtectSystem": "strict"},
            "drop_ins": ["/etc/systemd/system/app-api.service.d/10-a.conf",
                "/etc/systemd/system/app-api.service.d/20-b.conf"]},
        {"from": "/etc/systemd/system/bad.service", "unit": "bad.service"},
        {"from": "/etc/systemd/system/s.socket", "unit": "s.socket", "state": "static",
            "listen": ["0.0.0.0:80", "53"]},
    ]);
    assert_eq!(units, expected);
    assert_eq!(entry["gaps"][0]["from"], "/etc/systemd/system/bad.service");
}

#[test]
fn timers_tell_when_and_what() {
    let timer =
        "[Timer]\nOnCalendar=*-*-* 02:00:00\nPersistent=true\n[Install]\nWantedBy=timers.target\n";
    let files = Files::new(&[
        ("/etc/systemd/system/agora-purge.timer", timer),
        ("/etc/systemd/system/timers.target.wants/agora-purge.timer", "-> ../agora-purge.timer"),
        (
            "/etc/systemd/system/off.timer",
            "[Timer]\nOnBootSec=5min\nOnUnitActiveSec=1d\nUnit=x.service\n",
        ),
        ("/usr/lib/systemd/system/vendor.timer", "[Timer]\nOnBootSec=1\n"),
        ("/usr/lib/systemd/system/timers.target.wants/vendor.timer", "-> ../vendor.timer"),
    ]);
    let (timers, _) = section(files.root(), "timers");
    let expected = json!([
        {"from": "/etc/systemd/system/agora-purge.timer", "unit": "agora-purge.timer",
            "enabled": true, "schedule": "*-*-* 02:00:00", "activates": "agora-purge.service",
            "state": "enabled", "persistent": "true"},
        {"from": "/etc/systemd/system/off.timer", "unit": "off.timer", "enabled": false,
            "schedule": "OnBootSec=5min; OnUnitActiveSec=1d", "activates": "x.service",
            "state": "static"},
        {"from": "/usr/lib/systemd/system/vendor.timer", "unit": "vendor.timer", "enabled": true,
            "schedule": "OnBootSec=1", "activates": "vendor.service", "state": "static"},
    ]);
    assert_eq!(timers, expected);
    assert_eq!(section(Files::new(&[]).root(), "timers").1["status"], "absent");
    assert_eq!(section(Files::new(&[]).root(), "failed_units").1["status"], "unsupported");
}

#[test]
fn what_runs_is_told_by_control_groups() {
    let service =
        |more: &str| format!("[Service]\nExecStart=/bin/a\n{more}[Install]\nWantedBy=a.target\n");
    let plain = service("");
    let files = Files::new(&[
        ("/run/systemd/system/x", ""),
        ("/run/systemd/units/invocation:run.service", "-> abc"),
        ("/run/systemd/units/invocation:once.service", "-> abc"),
        ("/run/systemd/units/invocation:loops.service", "-> abc"),
        ("/sys/fs/cgroup/system.slice/run.service/cgroup.events", "populated 1\nfrozen 0\n"),
        ("/sys/fs/cgroup/system.slice/loops.service/cgroup.events", "populated 0\n"),
        ("/sys/fs/cgroup/user.slice/x", ""),
        ("/etc/systemd/system/run.service", &plain),
        ("/etc/systemd/system/loops.service", &plain),
        ("/etc/systemd/system/ended.service", &plain),
        ("/etc/systemd/system/once.service", &service("Type=oneshot\nRemainAfterExit=yes\n")),
        ("/etc/systemd/system/template@.service", &plain),
        ("/usr/lib/systemd/system-preset/90-a.preset", "enable run*\ndisable *\n"),
    ]);
    let (units, entry) = section(files.live(&[]), "units");
    let rows: Vec<_> = units
        .as_array()
        .expect("a list")
        .iter()
        .map(|unit| {
            format!("{} {} {}", unit["unit"], unit["active"], unit["preset"]).replace('"', "")
        })
        .collect();
    let expected = [
        "ended.service not-active disabled",
        "loops.service null disabled",
        "once.service active disabled",
        "run.service active enabled",
        "template@.service null disabled",
    ];
    assert_eq!(rows, expected);
    assert_eq!(entry.get("gaps"), None);
    // Nothing runs in a root directory, and elsewhere nothing is said for systemd.
    let (units, _) = section(files.root(), "units");
    assert!(units.as_array().expect("a list").iter().all(|unit| unit.get("active").is_none()));
    let without = Files::new(&[("/etc/systemd/system/run.service", &plain)]);
    let (units, entry) = section(without.live(&[]), "units");
    assert_eq!(units[0].get("active"), None);
    assert_eq!(entry["gaps"][0]["members"], json!(["active"]));
}

#[test]
fn older_trees_of_control_groups_are_read_too() {
    let files = Files::new(&[
        ("/run/systemd/system/x", ""),
        ("/run/systemd/units/x", ""),
        ("/sys/fs/cgroup/systemd/cgroup.procs", "1\n"),
        ("/sys/fs/cgroup/systemd/system.slice/a.slice/run.service/inner/cgroup.procs", "12\n"),
        ("/etc/systemd/system/run.service", "[Service]\nExecStart=/bin/a\n"),
    ]);
    assert_eq!(section(files.live(&[]), "units").0[0]["active"], "active");
}
