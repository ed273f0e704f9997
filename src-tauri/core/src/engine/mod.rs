//! stub
pub mod process;
pub mod project;
use std::path::PathBuf;
use tributary_contract::*;
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct EngineError;
impl EngineError {
    pub fn code(&self) -> ErrorCode {
        ErrorCode::EngineUnavailable
    }
    pub fn hint(&self) -> String {
        String::new()
    }
}
pub struct EnginePaths {
    pub root: PathBuf,
    pub uv: PathBuf,
    pub meltano: PathBuf,
    pub wheels: Option<PathBuf>,
}
pub struct Engine;
impl Engine {
    pub fn new(_: EnginePaths) -> Self {
        Self
    }
    pub fn known(&self) -> Vec<String> {
        vec![]
    }
    pub fn status(&self) -> EngineStatus {
        EngineStatus { ready: true, environments: vec![] }
    }
    pub async fn prepare(&self, _w: &[String], _p: &(dyn Fn(EngineProgress) + Send + Sync)) -> Result<(), EngineError> {
        Ok(())
    }
    pub fn executable(&self, e: &str, p: &str) -> Result<PathBuf, EngineError> {
        Ok(PathBuf::from("/tmp/w/envs").join(e).join("bin").join(p))
    }
    pub async fn inspect(&self) -> Vec<DoctorCheck> {
        vec![]
    }
    pub async fn repair(&self, _p: &(dyn Fn(EngineProgress) + Send + Sync)) -> Result<Vec<String>, EngineError> {
        Ok(vec![])
    }
}
