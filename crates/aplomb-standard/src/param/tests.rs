use super::*;

fn kind(text: &str) -> ParamType {
    ParamType::parse(text).expect("a type")
}

#[test]
fn types_are_parsed_and_written_alike() {
    for text in ["bool", "cidr", "list<int>", "map<list<duration>>", "list<map<map<string>>>"] {
        assert_eq!(kind(text).to_string(), text);
    }
    assert_eq!(kind(" list< int > "), kind("list<int>"));
    assert!(ParamType::parse("list<>").is_err());
    assert!(ParamType::parse("list").is_err());
    assert!(ParamType::parse(&format!("{}int{}", "list<".repeat(9999), ">".repeat(9999))).is_err());
    let problem = ParamType::parse("strng").expect_err("refused");
    assert!(problem.contains("did you mean `string`?"), "{problem}");
}

#[test]
fn texts_are_checked_by_their_shape() {
    let cases: [(&str, &[&str], &[&str]); 5] = [
        (
            "date",
            &[
                "2026-11-23",
                "2024-02-29",
                "2026-11-23T20:00:00+01:00",
                "2026-11-23 20:00",
                "2026-11-23T20:00:00.5Z",
            ],
            &[
                "",
                "2026-02-29",
                "2026-13-01",
                "23/11/2026",
                "2026-1-1",
                "2026-11-23T24:00",
                "2026-11-23T20:00:00+1",
                "2026-11-23T",
                "２０２６-11-23",
            ],
        ),
        (
            "duration",
            &["0", "90d", "1h30m", "1.5h", "250ms", "-3d", "10µs", "2w"],
            &["", "-", "90", "d", "1 h", "1y", "1h30", ".h", "PT4H"],
        ),
        (
            "version",
            &["15", "1:2.3-4+deb12u1", "5.10.0-rc1", "9~beta2"],
            &["", "latest", "1 2", "15,4"],
        ),
        (
            "quantity",
            &["500m", "2Gi", "0.5", "1e3", "1E-3", "+4", "12Ei", "3E"],
            &["", "Gi", "2GB", "1e", ".", "1.2.3"],
        ),
        (
            "cidr",
            &["192.0.2.0/24", "2001:db8::/32", "0.0.0.0/0"],
            &["", "192.0.2.0", "192.0.2.0/33", "192.0.2/24", "::/129", "192.0.2.0/+4"],
        ),
    ];
    for (name, good, bad) in cases {
        for text in good {
            assert!(kind(name).parse_value(text).is_ok(), "{name}: {text}");
        }
        for text in bad {
            assert!(kind(name).parse_value(text).is_err(), "{name}: {text}");
        }
    }
}

#[test]
fn values_on_the_command_line_follow_the_type() {
    let value = |name: &str, text: &str| kind(name).parse_value(text).map(|node| node.value);
    assert_eq!(value("bool", "true"), Ok(Value::Bool(true)));
    assert_eq!(value("int", " 12 "), Ok(Value::Int(12)));
    assert_eq!(value("number", "1.5"), Ok(Value::Float(1.5)));
    assert!(value("number", "NaN").is_err());
    assert_eq!(value("string", "12"), Ok(Value::Text("12".into())));
    assert_eq!(value("list<int>", ""), Ok(Value::List(Vec::new())));
    let two = value("list<int>", "1, 2").expect("a list");
    assert!(matches!(two, Value::List(items) if items.len() == 2));
    let two = value("list<string>", "['a,b', 'c']").expect("a list");
    assert!(matches!(two, Value::List(items) if items.len() == 2));
    let map = value("map<int>", "{ a = 1 }").expect("a map");
    assert!(matches!(map, Value::Map(members) if members.len() == 1));
    assert!(value("map<int>", "{ a = 'x' }").is_err());
    assert!(value("map<int>", "{ a = 1 }\nb = 2").is_err());
    let problem = value("cidr", "all").expect_err("refused");
    insta::assert_snapshot!(problem.en, @r#"`all` is not a cidr; write a network such as "192.0.2.0/24""#);
    insta::assert_snapshot!(problem.fr, @r#"`all` n'est pas du type cidr ; écrire un réseau tel que "192.0.2.0/24""#);
}
