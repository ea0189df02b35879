//! Label Studio's protocol of ML backends: predictions for its tasks, in the names of the project's own labelling
//! configuration. Nothing is kept between requests.

use std::collections::HashMap;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::{Value, json};

use super::Service;
use super::body::{self, MANY};
use super::errors::{Failure, Json, Kind};
use crate::article::Article;
use crate::export::label_studio::{Control, Scheme, prediction};
use crate::markup::{Facts, Label};

type Answer = Result<Json, Failure>;

pub(super) async fn health() -> Json {
    Json(json!({"status": "UP", "model_class": "sayso"}))
}

/// Checks the configuration that predictions will be asked for with.
pub(super) async fn setup(State(server): State<Service>, request: Request) -> Answer {
    let body = server.json(request).await?.value;
    let config = string(&body, "schema")?;
    // A project without any configuration yet may be connected all the same.
    if config.contains("<Labels") {
        Project::read(config).map_err(|failure| failure.of("schema"))?;
    }
    Ok(Json(json!({"model_version": server.version()})))
}

pub(super) async fn predict(State(server): State<Service>, request: Request) -> Answer {
    let body = server.json(request).await?;
    let project = Project::read(string(&body.value, "label_config")?).map_err(|failure| failure.of("label_config"))?;
    let tasks = body.value["tasks"].as_array().ok_or_else(|| wrong("there is no list of tasks").of("tasks"))?;
    if tasks.len() > MANY {
        return Err(wrong(format!("there are more than {MANY} tasks; ask for fewer at once")).of("tasks"));
    }
    let articles = tasks.iter().enumerate().map(|(index, task)| project.article(&server, index, task));
    let articles: Vec<_> = articles.collect();
    let ticket = server.queue.admit(articles.iter().flatten().map(|article| article.text().len()).sum())?;
    let records = ticket.records(stream::iter(articles));
    let results = records.map(|record| match record {
        Ok(record) => prediction(&record, &project.scheme),
        // The other tasks are to have theirs.
        Err(failure) => {
            let mut out = json!({"model_version": server.version(), "score": 0.0, "result": []});
            out["error"] = failure.json()["error"].take();
            out
        }
    });
    Ok(Json(json!({"results": results.collect::<Vec<_>>().await})))
}

/// Annotations are not learned from here, so that there is nothing to do.
pub(super) async fn webhook(State(server): State<Service>, request: Request) -> Result<Response, Failure> {
    const KNOWN: [&str; 4] = ["ANNOTATION_CREATED", "ANNOTATION_UPDATED", "ANNOTATION_DELETED", "START_TRAINING"];
    let body = server.json(request).await?.value;
    let action = body["action"].as_str().unwrap_or_default();
    Ok(if KNOWN.contains(&action) {
        (StatusCode::CREATED, Json(json!({"result": {}, "status": "ok"}))).into_response()
    } else {
        Json(json!({"status": "Unknown event"})).into_response()
    })
}

fn wrong(message: impl Into<String>) -> Failure {
    Failure::new(Kind::Unprocessable, message)
}

fn string<'a>(body: &'a Value, name: &str) -> Result<&'a str, Failure> {
    body[name].as_str().ok_or_else(|| wrong(format!("`{name}` is not there, or is not a string")).of(name))
}

/// What the predictions need to know of a project.
#[derive(Debug, PartialEq)]
struct Project {
    /// The field of a task's data that has the text.
    field: String,
    scheme: Scheme,
}

impl Project {
    /// Reads a labelling configuration: the first `<Text>` that labels of ours are for.
    fn read(config: &str) -> Result<Self, Failure> {
        let tags = Tags::read(config)?;
        let ours = tags.labels.iter().find(|label| names(&label.value).next().is_some());
        let Some(text) = ours.map(|label| label.to.clone()) else {
            let known: Vec<_> = Label::ALL.into_iter().map(Label::name).collect();
            let known = known.join(", ");
            return Err(wrong(format!("the configuration has none of the labels {known}; add those that you want")));
        };
        let Some(value) = tags.texts.get(&text) else {
            return Err(wrong(format!(
                "the labels are for `{text}`, but there is no <Text> of that name; show the text with <Text>"
            )));
        };
        let Some(field) = value.strip_prefix('$') else {
            return Err(wrong(format!(
                "`{value}`, the value of <Text>, is no field of the task; write value=\"$text\""
            )));
        };
        // What is named exactly counts before what stands for several.
        let label = |label: Label| {
            let here = tags.labels.iter().filter(|tag| tag.to == text);
            let found = here.filter_map(|tag| Some((names(&tag.value).position(|name| name == label)?, tag)));
            found.min_by_key(|(_, tag)| !tag.value.eq_ignore_ascii_case(label.name()))
        };
        let labels = Label::ALL.into_iter().filter_map(|known| {
            let (_, tag) = label(known)?;
            Some((known, tag.tag.clone(), tag.value.clone()))
        });
        let facts = Facts::CHOICES.into_iter().map(|(name, _)| name).chain(["speaker"]).filter_map(|fact| {
            let here = tags.controls.iter().filter(|(to, _)| *to == text);
            let (_, control) = here.into_iter().find(|(_, control)| control.name.eq_ignore_ascii_case(fact))?;
            // A choice needs choices, and a speaker is written.
            ((fact == "speaker") == control.choices.is_empty()).then(|| (fact, control.clone()))
        });
        let scheme = Scheme {
            labels: labels.collect(),
            facts: facts.collect(),
            relations: tags.relations.clone(),
            text: text.clone(),
        };
        Ok(Self { field: field.to_owned(), scheme })
    }

    fn article(&self, server: &Service, index: usize, task: &Value) -> Result<Article, Failure> {
        let within = |failure: Failure| failure.of(format!("tasks[{index}].data.{}", self.field));
        let Some(text) = task["data"][&self.field].as_str() else {
            return Err(within(wrong("there is no text; the field that <Text> shows has to be a string")));
        };
        if text.contains('\r') {
            // Offsets into a text with other line ends would mean something else to Label Studio.
            return Err(within(wrong("the text has carriage returns; import it with LF line ends")));
        }
        let id = task["id"].as_u64().map_or_else(|| format!("task {index}"), |id| format!("task {id}"));
        body::bare_article(id, text, server.limits).map_err(within)
    }
}

/// The labels that a name of a project stands for; `Hedge` for all classes of hedges.
fn names(name: &str) -> impl Iterator<Item = Label> + '_ {
    Label::ALL.into_iter().filter(move |label| {
        name.eq_ignore_ascii_case(label.name())
            || name.eq_ignore_ascii_case("Hedge") && matches!(label, Label::Hedge(_))
    })
}

/// The tags of a labelling configuration that matter.
#[derive(Debug, Default)]
struct Tags {
    /// The values of `<Text>` tags by their names.
    texts: HashMap<String, String>,
    labels: Vec<LabelTag>,
    /// With the name of what they are for.
    controls: Vec<(String, Control)>,
    relations: Vec<String>,
}

#[derive(Debug)]
struct LabelTag {
    value: String,
    /// The name of the `<Labels>` that it stands in.
    tag: String,
    /// The name of what they are for.
    to: String,
}

impl Tags {
    fn read(config: &str) -> Result<Self, Failure> {
        let mut out = Self::default();
        let mut reader = Reader::from_str(config);
        // The `<Labels>` that is open: its name and what it is for.
        let mut open: Option<(String, String)> = None;
        loop {
            match reader.read_event().map_err(|error| not_xml(&error))? {
                Event::Start(tag) => {
                    if tag.name().as_ref() == "Labels" {
                        open = Some((attribute(&tag, "name")?, attribute(&tag, "toName")?));
                    }
                    out.tag(&tag, open.as_ref())?;
                }
                Event::Empty(tag) => out.tag(&tag, open.as_ref())?,
                Event::End(tag) if tag.name().as_ref() == "Labels" => open = None,
                Event::Eof => return Ok(out),
                _ => {}
            }
        }
    }

    fn tag(&mut self, tag: &BytesStart, open: Option<&(String, String)>) -> Result<(), Failure> {
        let value = |name: &str| attribute(tag, name);
        match (tag.name().as_ref(), open) {
            ("Text", _) => {
                self.texts.insert(value("name")?, value("value")?);
            }
            ("Label", Some((name, to))) => {
                self.labels.push(LabelTag { value: value("value")?, tag: name.clone(), to: to.clone() });
            }
            ("Choices" | "TextArea", _) => {
                let control = Control { name: value("name")?, choices: Vec::new() };
                self.controls.push((value("toName")?, control));
            }
            ("Choice", _) => {
                if let Some((_, control)) = self.controls.last_mut() {
                    control.choices.push(value("value")?);
                }
            }
            ("Relation", _) => self.relations.push(value("value")?),
            _ => {}
        }
        Ok(())
    }
}

/// An attribute's value; empty if it is not there.
fn attribute(tag: &BytesStart, name: &str) -> Result<String, Failure> {
    let found = tag.try_get_attribute(name).map_err(|error| not_xml(&error))?;
    let value = found.map(|found| found.normalized_value(XmlVersion::Implicit1_0)).transpose();
    Ok(value.map_err(|error| not_xml(&error))?.unwrap_or_default().into_owned())
}

fn not_xml(error: &dyn std::error::Error) -> Failure {
    wrong(format!("the labelling configuration is not XML: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::label_studio::CONFIG;

    #[test]
    fn our_own_configuration_is_what_the_export_writes() {
        let project = Project::read(CONFIG).unwrap();
        assert_eq!(project, Project { field: "text".into(), scheme: Scheme::default() });
    }

    #[test]
    fn a_project_has_its_own_names() {
        let project = Project::read(
            r#"<View><Labels name="who" toName="body"><Label value="SOURCE"/><Label value="Other"/></Labels>
            <Labels name="how" toName="body"><Label value="Hedge"/><Label value="condition"/></Labels>
            <Labels name="else" toName="note"><Label value="Cue"/></Labels>
            <Choices name="polarity" toName="body"><Choice value="Negative"/></Choices>
            <Text name="note" value="$note"/><Text name="body" value="$article &amp; more"/></View>"#,
        )
        .unwrap();
        let names: Vec<_> = project.scheme.labels.iter().map(|(_, tag, name)| (tag.as_str(), name.as_str())).collect();
        let hedge = ("how", "Hedge");
        assert_eq!(names, [("who", "SOURCE"), hedge, hedge, ("how", "condition"), hedge]);
        assert_eq!((project.field.as_str(), project.scheme.text.as_str()), ("article & more", "body"));
        assert_eq!(project.scheme.facts.len(), 1);
    }

    #[test]
    fn a_label_is_of_the_labels_around_it() {
        let project = Project::read(
            r#"<View><Labels name="who" toName="body"><Label value="Source"></Label><Label value="Content"></Label></Labels>
            <Label value="Cue"/><Text name="body" value="$article"/></View>"#,
        )
        .unwrap();
        let names: Vec<_> = project.scheme.labels.iter().map(|(_, tag, name)| (tag.as_str(), name.as_str())).collect();
        assert_eq!(names, [("who", "Content"), ("who", "Source")]);
    }

    #[test]
    fn a_configuration_that_is_of_no_use_says_why() {
        for (config, why) in [
            ("<View/>", "none of the labels Content, Source"),
            ("<View><Labels name='l' toName='t'><Label value='Cue'/></Labels></View>", "no <Text> of that name"),
            (
                "<View><Labels name='l' toName='t'><Label value='Cue'/></Labels><Text name='t' value='x'/></View>",
                "$text",
            ),
            ("<View><Labels name=", "not XML"),
            ("<Labels></View>", "not XML"),
        ] {
            let failure = Project::read(config).unwrap_err().json().to_string();
            assert!(failure.contains(why), "{config}: {failure}");
        }
        let deep = "<View>".repeat(200_000);
        assert!(Project::read(&deep).is_err());
    }
}
